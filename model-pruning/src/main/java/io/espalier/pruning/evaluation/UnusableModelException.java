package io.espalier.pruning.evaluation;

/** A model that ONNX Runtime refuses or that is no classifier; the message says which and why. */
public final class UnusableModelException extends RuntimeException {
    public UnusableModelException(String message) {
        super(message);
    }

    public UnusableModelException(String message, Throwable cause) {
        super(message, cause);
    }
}
