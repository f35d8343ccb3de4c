package io.espalier.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.proto.DeviceId;
import io.espalier.proto.KafkaTopics;
import java.security.KeyPair;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class TelemetrySignatureTest {
    private static final String TYPE = KafkaTopics.TYPE_TELEMETRY;

    private final KeyPair pair = CertificateRequest.drawKey(new SecureRandom());
    private final String id = KafkaTopics.eventId(new DeviceId("cam"), 7, 1);
    private final byte[] record = {1, 2, 3};
    private final byte[] signature = TelemetrySignature.sign(pair.getPrivate(), TYPE, id, record);

    @Test
    void isByTheKeyThatMadeIt() {
        assertThat(TelemetrySignature.isBy(pair.getPublic(), TYPE, id, record, signature))
                .isTrue();
    }

    @Test
    void isByNoOtherKey() {
        KeyPair other = CertificateRequest.drawKey(new SecureRandom());

        assertThat(TelemetrySignature.isBy(other.getPublic(), TYPE, id, record, signature))
                .isFalse();
    }

    @Test
    void holdsForThatRecordUnderThatNameOnly() {
        assertThat(TelemetrySignature.isBy(pair.getPublic(), TYPE, id, new byte[] {1, 2, 4}, signature))
                .isFalse();
        assertThat(TelemetrySignature.isBy(pair.getPublic(), KafkaTopics.TYPE_EVENT, id, record, signature))
                .isFalse();
        for (String other : new String[] {
            KafkaTopics.eventId(new DeviceId("cam2"), 7, 1),
            KafkaTopics.eventId(new DeviceId("cam"), 8, 1),
            KafkaTopics.eventId(new DeviceId("cam"), 7, 2)
        }) {
            assertThat(TelemetrySignature.isBy(pair.getPublic(), TYPE, other, record, signature))
                    .as(other)
                    .isFalse();
        }
    }

    @Test
    void refusesWhatIsNoSignature() {
        assertThat(TelemetrySignature.isBy(pair.getPublic(), TYPE, id, record, new byte[0]))
                .isFalse();
        assertThat(TelemetrySignature.isBy(pair.getPublic(), TYPE, id, record, new byte[] {1, 2, 3}))
                .isFalse();
    }
}
