package io.espalier.signing;

/** A key cannot be had or used; the message says which, why and what to do. */
public final class CustodyException extends RuntimeException {
    public CustodyException(String message) {
        super(message);
    }

    public CustodyException(String message, Throwable cause) {
        super(message, cause);
    }
}
