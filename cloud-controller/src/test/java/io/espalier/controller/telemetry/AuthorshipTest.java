package io.espalier.controller.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.controller.device.DeviceCertificate;
import io.espalier.pki.CertificateAuthority;
import io.espalier.pki.SigningRequest;
import io.espalier.proto.DeviceId;
import io.espalier.proto.KafkaTopics;
import io.espalier.tls.CertificateRequest;
import io.espalier.tls.CertifiedSubject;
import io.espalier.tls.TelemetrySignature;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AuthorshipTest {
    private static final DeviceId CAM = new DeviceId("cam");
    private static final String TYPE = KafkaTopics.TYPE_TELEMETRY;
    private static final String ID = KafkaTopics.eventId(CAM, 1, 2);
    private static final CertificateAuthority AUTHORITY =
            CertificateAuthority.draw(Clock.systemUTC(), new SecureRandom());

    private final KeyPair pair = CertificateRequest.drawKey(new SecureRandom());
    private final byte[] record = {1, 2, 3};
    private final byte[] signature = TelemetrySignature.sign(pair.getPrivate(), TYPE, ID, record);

    @Test
    void isGenuineWhatTheDeviceSigned() {
        assertThat(judged(true, certificate(pair, null), signature)).isEqualTo(Authorship.GENUINE);
    }

    @Test
    void isNotGenuineWithoutASignature() {
        assertThat(judged(true, certificate(pair, null), null)).isEqualTo(Authorship.UNSIGNED);
    }

    @Test
    void isNotGenuineWhatAnotherKeySigned() {
        KeyPair newer = CertificateRequest.drawKey(new SecureRandom());

        assertThat(judged(true, certificate(newer, null), signature)).isEqualTo(Authorship.WRONGLY_SIGNED);
    }

    @Test
    void isNotGenuineOnceTheCertificateIsRevoked() {
        assertThat(judged(true, certificate(pair, Instant.EPOCH), signature)).isEqualTo(Authorship.REVOKED);
    }

    @Test
    void needsNoSignatureOfADeviceFromBeforeThereWereCertificates() {
        assertThat(judged(true, Optional.empty(), null)).isEqualTo(Authorship.GENUINE);
    }

    @Test
    void isNotGenuineOfADeviceThatNeverEnrolled() {
        assertThat(judged(false, Optional.empty(), signature)).isEqualTo(Authorship.UNKNOWN);
    }

    private Authorship judged(boolean enrolled, Optional<DeviceCertificate> certificate, byte @Nullable [] with) {
        return Authorship.of(enrolled, certificate, TYPE, ID, record, with);
    }

    private static Optional<DeviceCertificate> certificate(KeyPair pair, @Nullable Instant revokedAt) {
        return Optional.of(new DeviceCertificate(
                CAM,
                AUTHORITY
                        .device(
                                new SigningRequest(pair.getPublic()),
                                new CertifiedSubject.Device("default", CAM),
                                Duration.ofDays(7))
                        .get(0),
                revokedAt));
    }
}
