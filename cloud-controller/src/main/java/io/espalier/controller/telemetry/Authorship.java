package io.espalier.controller.telemetry;

import io.espalier.controller.device.DeviceCertificate;
import io.espalier.tls.TelemetrySignature;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether a record is by the device it speaks of. Whoever may write to Kafka can name any device; only one can sign for it. */
public enum Authorship {
    /** Signed by the device, or of one from before there were certificates. */
    GENUINE("genuine", "what its device says"),
    UNSIGNED("unsigned", "no signature, though its device has a key"),
    WRONGLY_SIGNED("wrongly-signed", "a signature that its device did not make"),
    REVOKED("revoked", "what a device says whose certificate was revoked"),
    UNKNOWN("unknown-device", "what a device says that never enrolled");

    private final String label;
    private final String content;

    Authorship(String label, String content) {
        this.label = label;
        this.content = content;
    }

    /** For a metric. */
    public String label() {
        return label;
    }

    /** Completes "The record holds ...". */
    public String content() {
        return content;
    }

    /**
     * Judges one record.
     *
     * @param enrolled whether the device was ever let in
     * @param certificate the device's newest one
     * @param eventId names device, spool epoch and sequence as the record itself does
     */
    public static Authorship of(
            boolean enrolled,
            Optional<DeviceCertificate> certificate,
            String type,
            String eventId,
            byte[] record,
            byte @Nullable [] signature) {
        if (certificate.isEmpty()) {
            return enrolled ? GENUINE : UNKNOWN;
        }
        if (certificate.get().revokedAt() != null) {
            return REVOKED;
        }
        if (signature == null) {
            return UNSIGNED;
        }
        return TelemetrySignature.isBy(certificate.get().certificate().getPublicKey(), type, eventId, record, signature)
                ? GENUINE
                : WRONGLY_SIGNED;
    }
}
