package io.espalier.agent.inference;

/** A model or an input that cannot be used on this device. */
public final class ModelUnusableException extends Exception {
    private final String reason;

    ModelUnusableException(String reason) {
        super(reason);
        this.reason = reason;
    }

    ModelUnusableException(String reason, Throwable cause) {
        super(reason, cause);
        this.reason = reason;
    }

    public String reason() {
        return reason;
    }
}
