package io.espalier.controller.telemetry.adapter;

/** An upload that will never be taken; the message completes "It has ...". */
final class RefusedUploadException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Reason reason;

    /** For a metric. */
    enum Reason {
        TOO_LARGE("too-large"),
        MALFORMED("malformed");

        private final String label;

        Reason(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    RefusedUploadException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    Reason reason() {
        return reason;
    }
}
