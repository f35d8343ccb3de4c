package io.espalier.pruning.training;

/** Training did not end in a usable model; the message says what was tried. */
public final class TrainingFailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public TrainingFailedException(String message) {
        super(message);
    }
}
