package io.espalier.agent.toys;

import io.espalier.proto.DeviceId;
import io.espalier.proto.KafkaTopics;
import io.espalier.proto.v1.Event;
import io.espalier.proto.v1.TelemetryBatch;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads what one device has produced, from the beginning, and remembers it by sequence. */
public final class ToyKafkaReader implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final DeviceId device;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final SortedMap<Long, byte[]> bySequence = new TreeMap<>();
    private final Set<Long> epochs = new HashSet<>();
    private final List<TelemetryBatch> batches = new ArrayList<>();
    private final List<Event> events = new ArrayList<>();
    private final Set<Long> differentCopies = new HashSet<>();

    public ToyKafkaReader(String servers, DeviceId device) {
        this(Map.of("bootstrap.servers", servers), device);
    }

    /** {@code access} says where Kafka is and what is shown there. */
    public ToyKafkaReader(Map<String, Object> access, DeviceId device) {
        this.device = device;
        Map<String, Object> settings = new HashMap<>(access);
        settings.put("auto.offset.reset", "earliest");
        this.consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : List.of(KafkaTopics.TELEMETRY, KafkaTopics.EVENTS)) {
            for (PartitionInfo partition : consumer.partitionsFor(topic, PATIENCE)) {
                partitions.add(new TopicPartition(topic, partition.partition()));
            }
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** Says whether enough was read. */
    @FunctionalInterface
    private interface Enough {
        boolean isRead();
    }

    /** The first window with at least so many labels. */
    public TelemetryBatch awaitLabelledBatch(int labels) throws Exception {
        await(() -> batches.stream().anyMatch(batch -> batch.getLabelled() >= labels));
        return batches.stream()
                .filter(batch -> batch.getLabelled() >= labels)
                .findFirst()
                .orElseThrow();
    }

    public Event awaitEvent(Event.Kind kind) throws Exception {
        await(() -> events.stream().anyMatch(event -> event.getKind() == kind));
        return events.stream()
                .filter(event -> event.getKind() == kind)
                .findFirst()
                .orElseThrow();
    }

    /** Reads until every sequence up to this one has come. */
    public void awaitSequence(long last) throws Exception {
        await(() -> bySequence.headMap(last + 1).size() == last);
    }

    public long lastSequence() {
        return bySequence.lastKey();
    }

    public Set<Long> sequences() {
        return bySequence.keySet();
    }

    public Set<Long> epochs() {
        return epochs;
    }

    /** Sequences that named two different records. */
    public Set<Long> differentCopies() {
        return differentCopies;
    }

    private void await(Enough enough) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!enough.isRead()) {
            if (System.nanoTime() > deadline) {
                throw new TimeoutException("not enough of " + device + " came, only " + bySequence.keySet());
            }
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                if (device.value().equals(new String(record.key(), StandardCharsets.UTF_8))) {
                    take(record);
                }
            }
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) throws Exception {
        long sequence;
        if (record.topic().equals(KafkaTopics.TELEMETRY)) {
            TelemetryBatch batch = TelemetryBatch.parseFrom(record.value());
            batches.add(batch);
            epochs.add(batch.getEpoch());
            sequence = batch.getSequence();
        } else {
            Event event = Event.parseFrom(record.value());
            events.add(event);
            epochs.add(event.getEpoch());
            sequence = event.getSequence();
        }
        byte[] before = bySequence.put(sequence, record.value());
        if (before != null && !Arrays.equals(before, record.value())) {
            differentCopies.add(sequence);
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
