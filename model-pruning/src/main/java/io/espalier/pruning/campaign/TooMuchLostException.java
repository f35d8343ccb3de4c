package io.espalier.pruning.campaign;

/** Already the first round lost more than the recipe allows, so there is no variant. */
public final class TooMuchLostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Stop.TooMuchLost stop;

    TooMuchLostException(Stop.TooMuchLost stop) {
        super("The network " + stop.detail());
        this.stop = stop;
    }

    public Stop.TooMuchLost stop() {
        return stop;
    }
}
