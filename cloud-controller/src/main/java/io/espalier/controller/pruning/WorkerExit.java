package io.espalier.controller.pruning;

/**
 * How a worker process ended.
 *
 * @param exitCode as the operating system gives it; above 128 where a signal ended it
 * @param errorTail the last that it wrote to standard error
 */
public record WorkerExit(int exitCode, Ended ended, String errorTail) {
    private static final int FIRST_SIGNAL = 128;

    /** What ended it. */
    public enum Ended {
        BY_ITSELF,
        BY_TIMEOUT,
        BY_STOP
    }

    /** Whether something outside the job killed it, so that another attempt may well succeed. */
    public boolean killedFromOutside() {
        return ended == Ended.BY_ITSELF && exitCode > FIRST_SIGNAL;
    }
}
