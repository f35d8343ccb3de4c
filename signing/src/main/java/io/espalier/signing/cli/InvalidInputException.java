package io.espalier.signing.cli;

/** A file or an argument cannot be worked with; the message says which and why. */
final class InvalidInputException extends RuntimeException {
    InvalidInputException(String message) {
        super(message);
    }

    InvalidInputException(String message, Throwable cause) {
        super(message, cause);
    }
}
