package io.espalier.pruning.keras;

/** A Keras file that cannot be brought over; the message says to a person why, and what to do. */
public final class KerasException extends RuntimeException {
    public KerasException(String message) {
        super(message);
    }

    public KerasException(String message, Throwable cause) {
        super(message, cause);
    }
}
