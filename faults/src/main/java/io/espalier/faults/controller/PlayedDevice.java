package io.espalier.faults.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.espalier.proto.DeviceId;
import io.espalier.proto.KafkaTopics;
import io.espalier.proto.Sha256;
import io.espalier.proto.v1.Event;
import io.espalier.proto.v1.TelemetryBatch;
import io.espalier.tls.Pem;
import io.espalier.tls.TelemetrySignature;
import io.espalier.tls.TlsIdentity;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A device that the bench plays: certified by the controller like any other, and free to say whatever it likes. For one thread. */
public final class PlayedDevice implements AutoCloseable {
    /** Of everything it says it serves. */
    public static final Sha256 VARIANT = Sha256.of("a variant".getBytes(StandardCharsets.UTF_8));

    private static final int ANSWER_SECONDS = 30;
    private static final int LARGEST_REQUEST_BYTES = 64 << 20;
    private static final long LARGEST_NANOS = 600_000_000_000L;
    private static final int DIGITS = 3;

    private final Installation cloud;
    private final DeviceId id;
    private final TlsIdentity identity;
    private final KafkaProducer<byte[], byte[]> producer;
    private final long epoch = System.currentTimeMillis();
    private long sequence;
    private long windows;

    private PlayedDevice(Installation cloud, DeviceId id, TlsIdentity identity) throws Exception {
        this.cloud = cloud;
        this.id = id;
        this.identity = identity;
        Map<String, Object> settings = new HashMap<>(Map.of(
                "acks",
                "all",
                "linger.ms",
                0,
                "max.block.ms",
                20_000,
                "request.timeout.ms",
                5_000,
                "delivery.timeout.ms",
                10_000,
                "max.request.size",
                LARGEST_REQUEST_BYTES,
                "buffer.memory",
                (long) LARGEST_REQUEST_BYTES,
                // A device that means harm makes much of little.
                "compression.type",
                "gzip"));
        settings.putAll(kafkaSettings(cloud, identity));
        this.producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Lets a device in that has never been there. */
    public static PlayedDevice enrol(Installation cloud) throws Exception {
        return enrol(cloud, Applicant.fresh(), Map.of());
    }

    /** Lets this one in, with a token as ordered. */
    public static PlayedDevice enrol(Installation cloud, Applicant applicant, Map<String, ?> order) throws Exception {
        return admitted(cloud, applicant, applicant.apply(cloud, Applicant.token(cloud, order)));
    }

    /** The device that the controller let in with this answer. */
    public static PlayedDevice admitted(Installation cloud, Applicant applicant, Answer admission) throws Exception {
        JsonNode given = admission.require(200).json();
        return new PlayedDevice(
                cloud,
                new DeviceId(applicant.deviceId()),
                new TlsIdentity(
                        applicant.key().getPrivate(),
                        Pem.certificates(given.path("certificate").asText())));
    }

    /** What makes a client of Kafka speak TLS with this certificate. */
    public static Map<String, Object> kafkaSettings(Installation cloud, TlsIdentity identity) throws Exception {
        return Map.of(
                "bootstrap.servers",
                cloud.kafkaServers(),
                "security.protocol",
                "SSL",
                "ssl.keystore.type",
                "PEM",
                "ssl.keystore.key",
                identity.keyPem(),
                "ssl.keystore.certificate.chain",
                identity.chainPem(),
                "ssl.truststore.type",
                "PEM",
                "ssl.truststore.certificates",
                Files.readString(cloud.authority().certificateFile()));
    }

    public DeviceId id() {
        return id;
    }

    public TlsIdentity identity() {
        return identity;
    }

    public long epoch() {
        return epoch;
    }

    /** Where a record lies in Kafka. */
    public record Sent(String topic, int partition, long offset) {
        /** How the controller begins to say that it has put the record aside. */
        public String putAside() {
            return "The record at offset " + offset + " of " + topic + ", partition " + partition + ", holds ";
        }
    }

    /** A good window of one inference, which comes next. */
    public TelemetryBatch.Builder window() {
        Histogram latency = new Histogram(1, LARGEST_NANOS, DIGITS);
        latency.recordValue(1_000_000);
        return TelemetryBatch.newBuilder()
                .setDeviceId(id.value())
                .setEpoch(epoch)
                .setSequence(++sequence)
                .setFromMillis(System.currentTimeMillis())
                .setToMillis(System.currentTimeMillis())
                .setVariantDigest(VARIANT.hex())
                .setArtifactDigest(VARIANT.hex())
                .setLatencyHistogram(ByteString.copyFrom(encoded(latency)))
                .setInferences(1);
    }

    /** As devices send it. */
    public static byte[] encoded(Histogram latency) {
        ByteBuffer buffer = ByteBuffer.allocate(latency.getNeededByteBufferCapacity());
        int length = latency.encodeIntoCompressedByteBuffer(buffer);
        return Arrays.copyOf(buffer.array(), length);
    }

    /** A good event, which comes next. */
    public Event.Builder event(String text) {
        return Event.newBuilder()
                .setDeviceId(id.value())
                .setEpoch(epoch)
                .setSequence(++sequence)
                .setAtMillis(System.currentTimeMillis())
                .setKind(Event.Kind.KIND_STARTED)
                .setText(text);
    }

    /** Signs and sends a window. */
    public Sent send(TelemetryBatch batch) throws Exception {
        return send(
                KafkaTopics.TELEMETRY,
                id.value().getBytes(StandardCharsets.UTF_8),
                batch.toByteArray(),
                sign(identity.key(), id, batch));
    }

    /** Signs and sends an event. */
    public Sent send(Event event) throws Exception {
        byte[] record = event.toByteArray();
        return send(
                KafkaTopics.EVENTS,
                id.value().getBytes(StandardCharsets.UTF_8),
                record,
                TelemetrySignature.sign(
                        identity.key(),
                        KafkaTopics.TYPE_EVENT,
                        KafkaTopics.eventId(id, event.getEpoch(), event.getSequence()),
                        record));
    }

    /** Says with a key that a window is that device's. */
    public static byte[] sign(PrivateKey key, DeviceId device, TelemetryBatch batch) {
        return TelemetrySignature.sign(
                key,
                KafkaTopics.TYPE_TELEMETRY,
                KafkaTopics.eventId(device, batch.getEpoch(), batch.getSequence()),
                batch.toByteArray());
    }

    /** Sends just this; no header where the signature is empty. */
    public Sent send(String topic, byte[] key, byte[] record, byte[] signature) throws Exception {
        ProducerRecord<byte[], byte[]> message = new ProducerRecord<>(topic, key, record);
        if (signature.length > 0) {
            message.headers().add(KafkaTopics.HEADER_SIGNATURE, signature);
        }
        RecordMetadata where = producer.send(message).get(ANSWER_SECONDS, TimeUnit.SECONDS);
        return new Sent(where.topic(), where.partition(), where.offset());
    }

    /** Sends a good window; the controller has to count it, and with it exactly those before. */
    public void requireCounted() throws Exception {
        send(window().build());
        windows++;
        Until.holds("telemetry of " + id + " is counted", () -> inferences() >= windows);
        if (inferences() != windows) {
            throw new IllegalStateException("of " + id + " " + windows + " good windows were sent, and " + inferences()
                    + " inferences are counted");
        }
    }

    /** Inferences of its variant that the controller knows of. */
    public long inferences() throws Exception {
        for (JsonNode each : cloud.operator()
                .get("/api/v1/devices/" + id + "/telemetry")
                .require(200)
                .json()
                .path("byVariant")) {
            if (each.path("variantDigest").asText().equals(VARIANT.hex())) {
                return each.path("inferences").asLong();
            }
        }
        return 0;
    }

    /** As the controller shows it. */
    public JsonNode view() throws Exception {
        return cloud.operator().get("/api/v1/devices/" + id).require(200).json();
    }

    @Override
    public void close() {
        producer.close(java.time.Duration.ZERO);
    }
}
