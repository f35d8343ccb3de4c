package io.espalier.agent.serving;

/** A request that cannot be answered as asked; the reason goes to the caller. */
final class RequestRefusedException extends Exception {
    private final int status;
    private final String reason;

    RequestRefusedException(int status, String reason) {
        super(reason);
        this.status = status;
        this.reason = reason;
    }

    int status() {
        return status;
    }

    String reason() {
        return reason;
    }
}
