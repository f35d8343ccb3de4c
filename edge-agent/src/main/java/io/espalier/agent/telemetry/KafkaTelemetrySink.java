package io.espalier.agent.telemetry;

import io.espalier.agent.link.Causes;
import io.espalier.agent.link.SecureContext;
import io.espalier.proto.DeviceId;
import io.espalier.proto.KafkaTopics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Produces protobuf in CloudEvents binary mode, keyed by device and signed with its key, and counts a record only when every
 * replica has it.
 */
public final class KafkaTelemetrySink implements TelemetrySink {
    private static final int REQUEST_TIMEOUT_MILLIS = 10_000;
    private static final int DELIVERY_TIMEOUT_MILLIS = 20_000;
    private static final int MAX_BLOCK_MILLIS = 10_000;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    private final String servers;
    private final String tenant;
    private final DeviceId device;
    private final Map<String, Object> security;
    private final RecordSigner signer;
    private @Nullable Producer<byte[], byte[]> producer;

    /** {@code tls} is empty for a Kafka on this machine that is spoken to in the clear. */
    public KafkaTelemetrySink(
            String servers, String tenant, DeviceId device, Optional<SecureContext> tls, RecordSigner signer) {
        this.servers = servers;
        this.tenant = tenant;
        this.device = device;
        this.security = tls.map(KafkaTlsEngines::settings).orElse(Map.of());
        this.signer = signer;
    }

    @Override
    public Delivery deliver(List<SpoolRecord> records) throws InterruptedException {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        int acknowledged = 0;
        try {
            Producer<byte[], byte[]> open = producer();
            for (SpoolRecord record : records) {
                sent.add(open.send(kafkaRecord(record)));
            }
            for (Future<RecordMetadata> each : sent) {
                each.get(DELIVERY_TIMEOUT_MILLIS + MAX_BLOCK_MILLIS, TimeUnit.MILLISECONDS);
                acknowledged++;
            }
            return new Delivery(acknowledged, "");
        } catch (InterruptException e) {
            throw new InterruptedException("stopped while sending to " + destination());
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            // A producer that failed may be in a state it cannot leave; records keep their names, so a new one may
            // repeat.
            close();
            return new Delivery(acknowledged, Causes.inShort(e));
        }
    }

    private ProducerRecord<byte[], byte[]> kafkaRecord(SpoolRecord record) {
        boolean telemetry = record.kind() == SpoolRecord.Kind.TELEMETRY;
        String type = telemetry ? KafkaTopics.TYPE_TELEMETRY : KafkaTopics.TYPE_EVENT;
        String eventId = KafkaTopics.eventId(device, record.epoch(), record.sequence());
        ProducerRecord<byte[], byte[]> message = new ProducerRecord<>(
                telemetry ? KafkaTopics.TELEMETRY : KafkaTopics.EVENTS, bytes(device.value()), record.body());
        Headers headers = message.headers();
        headers.add(KafkaTopics.HEADER_SPEC_VERSION, bytes(KafkaTopics.SPEC_VERSION));
        headers.add(KafkaTopics.HEADER_ID, bytes(eventId));
        headers.add(KafkaTopics.HEADER_SOURCE, bytes(KafkaTopics.source(tenant, device)));
        headers.add(KafkaTopics.HEADER_TYPE, bytes(type));
        headers.add(KafkaTopics.HEADER_CONTENT_TYPE, bytes(KafkaTopics.CONTENT_TYPE));
        headers.add(KafkaTopics.HEADER_SIGNATURE, signer.sign(type, eventId, record.body()));
        return message;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Producer<byte[], byte[]> producer() {
        if (producer == null) {
            Map<String, Object> settings = new HashMap<>(security);
            settings.putAll(Map.<String, Object>ofEntries(
                    Map.entry("bootstrap.servers", servers),
                    Map.entry("client.id", device.value()),
                    Map.entry("acks", "all"),
                    Map.entry("enable.idempotence", true),
                    Map.entry("compression.type", "none"),
                    Map.entry("linger.ms", 0),
                    Map.entry("buffer.memory", 4L << 20),
                    Map.entry("max.block.ms", (long) MAX_BLOCK_MILLIS),
                    Map.entry("request.timeout.ms", REQUEST_TIMEOUT_MILLIS),
                    Map.entry("delivery.timeout.ms", DELIVERY_TIMEOUT_MILLIS),
                    Map.entry("reconnect.backoff.max.ms", 5_000L),
                    Map.entry("enable.metrics.push", false),
                    Map.entry("metric.reporters", "")));
            producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        }
        return producer;
    }

    @Override
    public String destination() {
        return "Kafka at " + servers;
    }

    @Override
    public void close() {
        Producer<byte[], byte[]> open = producer;
        producer = null;
        if (open != null) {
            try {
                open.close(CLOSE_TIMEOUT);
            } catch (InterruptException e) {
                // The agent stops; what was not acknowledged is still in the spool.
            }
        }
    }
}
