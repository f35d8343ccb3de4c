package io.espalier.agent.telemetry;

/** Signs records as this device. */
@FunctionalInterface
public interface RecordSigner {
    /** The signature that {@link io.espalier.tls.TelemetrySignature} describes. */
    byte[] sign(String type, String eventId, byte[] record);
}
