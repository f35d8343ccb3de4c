package io.espalier.pruning.campaign;

/** Already the first round lost more than the recipe allows, so there is no variant. */
public final class TooMuchLostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Stop stop;

    TooMuchLostException(Stop stop) {
        super("The network " + stop.detail());
        this.stop = stop;
    }

    public Stop stop() {
        return stop;
    }
}
