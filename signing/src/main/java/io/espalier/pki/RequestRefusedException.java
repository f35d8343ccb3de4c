package io.espalier.pki;

/** A certificate is not issued; the message says what is wrong with the request. */
public final class RequestRefusedException extends Exception {
    RequestRefusedException(String message) {
        super(message);
    }

    RequestRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
