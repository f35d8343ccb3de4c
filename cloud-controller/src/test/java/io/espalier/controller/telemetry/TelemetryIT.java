package io.espalier.controller.telemetry;

import static io.espalier.controller.Operator.operator;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import com.google.protobuf.ByteString;
import io.espalier.controller.Csr;
import io.espalier.controller.Eventually;
import io.espalier.controller.Operator;
import io.espalier.controller.Servers;
import io.espalier.proto.DeviceId;
import io.espalier.proto.KafkaTopics;
import io.espalier.proto.Sha256;
import io.espalier.proto.v1.Event;
import io.espalier.proto.v1.TelemetryBatch;
import io.espalier.tls.CertificateRequest;
import io.espalier.tls.TelemetrySignature;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** What becomes of the records that devices, and others, put on Kafka. */
@QuarkusTest
@WithTestResource(Servers.class)
@SuppressWarnings("NullAway.Init") // Quarkus fills the fields.
class TelemetryIT {
    private static final String DEVICE = "telemetry-sent";
    private static final Instant START = Instant.now();

    @Inject
    Telemetry telemetry;

    @Inject
    @ConfigProperty(name = "kafka.bootstrap.servers")
    String kafkaServers;

    @Inject
    MeterRegistry meters;

    @Test
    void countsEachWindowOnceAndPutsUnreadableRecordsAside() throws Exception {
        KeyPair pair = CertificateRequest.drawKey(new SecureRandom());
        Operator.enrol(DEVICE, "default", Csr.of(pair));
        String variant = Sha256.of(new byte[] {42}).hex();
        double unsigned = putAside("unsigned");
        double wronglySigned = putAside("wrongly-signed");
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafkaServers, "acks", "all"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            PrivateKey mine = pair.getPrivate();
            send(producer, record(KafkaTopics.TELEMETRY, DEVICE, new byte[] {1, 2, 3}));
            send(producer, signed(record(KafkaTopics.TELEMETRY, DEVICE, window(1, variant)), 5, 1, mine));
            send(producer, signed(record(KafkaTopics.TELEMETRY, DEVICE, window(1, variant)), 5, 1, mine));
            send(producer, signed(record(KafkaTopics.TELEMETRY, "someone-else", window(2, variant)), 5, 2, mine));
            send(producer, signed(record(KafkaTopics.TELEMETRY, DEVICE, window(3, variant)), 5, 3, mine));
            send(producer, signed(record(KafkaTopics.TELEMETRY, DEVICE, labelsOnly(4, variant)), 5, 4, mine));
            send(producer, record(KafkaTopics.TELEMETRY, DEVICE, window(6, variant)));
            send(producer, signed(record(KafkaTopics.TELEMETRY, DEVICE, window(7, variant)), 5, 7, anothersKey()));
            send(producer, signed(record(KafkaTopics.TELEMETRY, DEVICE, window(8, variant)), 5, 9, mine));
            send(producer, record(KafkaTopics.EVENTS, DEVICE, event(1, "Forged.")));
            send(producer, signed(record(KafkaTopics.EVENTS, DEVICE, event(2, "Switched.")), 5, 2, mine));
        }
        Eventually.holds(() -> operator()
                .get("/api/v1/devices/" + DEVICE + "/telemetry?minutes=60")
                .then()
                .statusCode(200)
                .body("byVariant", hasSize(1))
                .body("byVariant[0].inferences", is(200))
                .body("byVariant[0].labelled", is(300))
                .body("byVariant[0].accuracy", is(0.8f))
                .body("byVariant[0].p95Micros.toDouble()", closeTo(1000, 2))
                .body("points.size()", is(2))
                .body("points[0].labelled", is(100))
                .body("points[0].accuracy", is(0.6f))
                .body("points[0].p95Micros", nullValue()));
        Eventually.holds(() -> operator()
                .get("/api/v1/devices/" + DEVICE + "/events")
                .then()
                .body("text", hasItem("Switched."))
                .body("text", not(hasItem("Forged."))));
        assertThat(putAside("unsigned") - unsigned).isEqualTo(2);
        assertThat(putAside("wrongly-signed") - wronglySigned).isEqualTo(2);
        operator().get("/api/v1/devices/" + DEVICE).then().body("measured", nullValue());
        DeviceId device = new DeviceId(DEVICE);
        assertThat(telemetry.since(device, new Sha256(variant), START).inferences())
                .isEqualTo(200);
        assertThat(telemetry
                        .since(device, new Sha256(variant), START.plusSeconds(60))
                        .inferences())
                .isZero();
    }

    private static void send(KafkaProducer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> record)
            throws Exception {
        producer.send(record).get();
    }

    private static ProducerRecord<byte[], byte[]> record(String topic, String key, byte[] value) {
        return new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value);
    }

    /** Signs for the device {@link #DEVICE}, whatever the record says. */
    private static ProducerRecord<byte[], byte[]> signed(
            ProducerRecord<byte[], byte[]> record, long epoch, long sequence, PrivateKey key) {
        String type =
                record.topic().equals(KafkaTopics.TELEMETRY) ? KafkaTopics.TYPE_TELEMETRY : KafkaTopics.TYPE_EVENT;
        String id = KafkaTopics.eventId(new DeviceId(DEVICE), epoch, sequence);
        record.headers().add(KafkaTopics.HEADER_SIGNATURE, TelemetrySignature.sign(key, type, id, record.value()));
        return record;
    }

    private static PrivateKey anothersKey() {
        return CertificateRequest.drawKey(new SecureRandom()).getPrivate();
    }

    private static byte[] event(long sequence, String text) {
        return Event.newBuilder()
                .setDeviceId(DEVICE)
                .setEpoch(5)
                .setSequence(sequence)
                .setAtMillis(System.currentTimeMillis())
                .setKind(Event.Kind.KIND_SWITCHED)
                .setText(text)
                .build()
                .toByteArray();
    }

    private double putAside(String why) {
        return meters.get("espalier.telemetry.records")
                .tag("result", why)
                .counter()
                .count();
    }

    private static byte[] window(long sequence, String variant) {
        return window(sequence, variant, START, 100, 90);
    }

    /** Labels for answers of another window, two minutes before the others. */
    private static byte[] labelsOnly(long sequence, String variant) {
        return window(sequence, variant, START.minusSeconds(120), 0, 60);
    }

    private static byte[] window(long sequence, String variant, Instant at, int inferences, int correct) {
        Histogram histogram = new Histogram(3);
        if (inferences > 0) {
            histogram.recordValueWithCount(1_000_000, inferences);
        }
        ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        int length = histogram.encodeIntoCompressedByteBuffer(buffer);
        buffer.flip();
        // One moment for all windows, so that they fall into one minute.
        long from = at.toEpochMilli();
        return TelemetryBatch.newBuilder()
                .setDeviceId(DEVICE)
                .setEpoch(5)
                .setSequence(sequence)
                .setFromMillis(from)
                .setToMillis(from + 5000)
                .setVariantDigest(variant)
                .setLatencyHistogram(ByteString.copyFrom(buffer, length))
                .setInferences(inferences)
                .setLabelled(100)
                .setCorrect(correct)
                .build()
                .toByteArray();
    }
}
