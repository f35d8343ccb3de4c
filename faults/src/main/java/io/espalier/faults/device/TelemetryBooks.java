package io.espalier.faults.device;

import com.google.protobuf.InvalidProtocolBufferException;
import io.espalier.proto.DeviceId;
import io.espalier.proto.KafkaTopics;
import io.espalier.proto.v1.Event;
import io.espalier.proto.v1.TelemetryBatch;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What Kafka has taken from one device since the books were opened, and whether anything is missing in it. For one thread. */
public final class TelemetryBooks implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(100);

    private final DeviceId device;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions = new ArrayList<>();
    private long openedMillis;
    /** By epoch and sequence. */
    private final Map<Long, NavigableMap<Long, byte[]>> records = new TreeMap<>();

    private final Map<Long, Long> dropped = new HashMap<>();
    private final Set<String> variants = new TreeSet<>();
    private final List<Event> events = new ArrayList<>();
    private final List<String> differentCopies = new ArrayList<>();

    TelemetryBooks(String servers, DeviceId device) {
        this(Map.of("bootstrap.servers", servers), device);
    }

    /** @param kafka where it is, and how it is spoken to */
    public TelemetryBooks(Map<String, Object> kafka, DeviceId device) {
        this.device = device;
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.put("auto.offset.reset", "earliest");
        this.consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        for (String topic : List.of(KafkaTopics.TELEMETRY, KafkaTopics.EVENTS)) {
            for (PartitionInfo partition : consumer.partitionsFor(topic, PATIENCE)) {
                partitions.add(new TopicPartition(topic, partition.partition()));
            }
        }
        consumer.assign(partitions);
        open();
    }

    /** Forgets everything up to now, and what was sent until now and is still on its way. */
    void open() {
        openedMillis = System.currentTimeMillis();
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        records.clear();
        dropped.clear();
        variants.clear();
        events.clear();
        differentCopies.clear();
    }

    /** Waits for telemetry of what a variant inferred. */
    void awaitTelemetryOf(String variant) {
        await("telemetry of variant " + variant, () -> variants.contains(variant));
    }

    public Event awaitEvent(Event.Kind kind) {
        await("an event " + kind, () -> events.stream().anyMatch(event -> event.getKind() == kind));
        return events.stream()
                .filter(event -> event.getKind() == kind)
                .findFirst()
                .orElseThrow();
    }

    private void await(String what, BooleanSupplier there) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!there.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(what + " did not come to Kafka within " + PATIENCE.toSeconds()
                        + " s; of " + device + " there is " + this + ", dropped " + dropped);
            }
            poll();
        }
    }

    private void poll() {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
            boolean ofNow = record.timestamp() >= openedMillis;
            if (ofNow && device.value().equals(new String(record.key(), StandardCharsets.UTF_8))) {
                take(record);
            }
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        try {
            if (record.topic().equals(KafkaTopics.TELEMETRY)) {
                TelemetryBatch batch = TelemetryBatch.parseFrom(record.value());
                variants.add(batch.getVariantDigest());
                dropped.merge(batch.getEpoch(), batch.getDroppedBatches(), Math::max);
                note(batch.getEpoch(), batch.getSequence(), record.value());
            } else {
                Event event = Event.parseFrom(record.value());
                events.add(event);
                note(event.getEpoch(), event.getSequence(), record.value());
            }
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("what " + device + " sent is no telemetry", e);
        }
    }

    private void note(long epoch, long sequence, byte[] content) {
        byte[] before = records.computeIfAbsent(epoch, each -> new TreeMap<>()).put(sequence, content);
        if (before != null && !Arrays.equals(before, content)) {
            differentCopies.add(epoch + "/" + sequence);
        }
    }

    /** Waits until nothing is missing that was not counted as dropped; throws where that stays so, or a name means two records. */
    public void requireComplete() {
        await("what is missing, or its count,", () -> uncounted() <= 0);
        if (!differentCopies.isEmpty()) {
            throw new IllegalStateException("names of two different records: " + differentCopies);
        }
    }

    private long uncounted() {
        long uncounted = 0;
        for (Map.Entry<Long, NavigableMap<Long, byte[]>> epoch : records.entrySet()) {
            NavigableMap<Long, byte[]> bySequence = epoch.getValue();
            long missing = bySequence.lastKey() - bySequence.firstKey() + 1 - bySequence.size();
            uncounted = Math.max(uncounted, missing - dropped.getOrDefault(epoch.getKey(), 0L));
        }
        return uncounted;
    }

    @Override
    public String toString() {
        return records.entrySet().stream()
                .map(each -> each.getKey() + ": " + each.getValue().keySet())
                .toList()
                .toString();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
