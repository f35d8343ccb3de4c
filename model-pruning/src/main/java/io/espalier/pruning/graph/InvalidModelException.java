package io.espalier.pruning.graph;

/** The model cannot be used; the message names the thing, its value and what to do, and is fit to show to a person. */
public final class InvalidModelException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    public InvalidModelException(String message) {
        super(message);
    }

    public InvalidModelException(String message, Throwable cause) {
        super(message, cause);
    }
}
