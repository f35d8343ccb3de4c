package io.espalier.controller.device;

import com.fasterxml.jackson.annotation.JsonValue;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A certificate that a device was given. */
public record DeviceCertificate(
        DeviceId device,
        X509Certificate certificate,
        @Nullable Instant revokedAt) {
    /** What becomes of it. */
    public enum State {
        VALID,
        /** Renews as soon as the device asks. */
        EXPIRED,
        REVOKED;

        @JsonValue
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Sha256 key() {
        return Sha256.of(certificate.getPublicKey().getEncoded());
    }

    public Instant expiresAt() {
        return certificate.getNotAfter().toInstant();
    }

    public State state(Instant now) {
        if (revokedAt != null) {
            return State.REVOKED;
        }
        return now.isBefore(expiresAt()) ? State.VALID : State.EXPIRED;
    }
}
