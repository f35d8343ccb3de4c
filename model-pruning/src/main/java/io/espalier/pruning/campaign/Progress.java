package io.espalier.pruning.campaign;

/** Hears how far a long run is. */
@FunctionalInterface
public interface Progress {
    /** Hears nothing. */
    Progress SILENT = (stage, done, total, secondsLeft, message) -> {};

    /**
     * Called from one thread at a time, at least once a stage.
     *
     * @param total 0 where it is not known
     * @param secondsLeft of the stage; negative where it is not known
     */
    void at(String stage, long done, long total, double secondsLeft, String message);

    /** A stage that cannot be divided begins. */
    default void begins(String stage, String message) {
        at(stage, 0, 0, -1, message);
    }
}
