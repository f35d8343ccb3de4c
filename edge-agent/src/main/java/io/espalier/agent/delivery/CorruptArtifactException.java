package io.espalier.agent.delivery;

/** An artifact that does not hold what its manifest declares. */
public final class CorruptArtifactException extends Exception {
    private final String reason;

    public CorruptArtifactException(String reason) {
        super(reason);
        this.reason = reason;
    }

    public String reason() {
        return reason;
    }
}
