package io.espalier.agent.toys;

import io.espalier.proto.DeviceId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads what one device has produced, from the beginning. */
public final class ToyKafkaReader implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final DeviceId device;
    private final KafkaConsumer<byte[], byte[]> consumer;

    public ToyKafkaReader(String servers, DeviceId device) {
        this.device = device;
        this.consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", servers, "auto.offset.reset", "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    /** Says whether a record's value is the one waited for. */
    @FunctionalInterface
    public interface Wanted {
        boolean test(byte[] value) throws Exception;
    }

    public byte[] awaitValue(String topic, Wanted wanted) throws Exception {
        List<TopicPartition> partitions = new ArrayList<>();
        for (PartitionInfo partition : consumer.partitionsFor(topic, PATIENCE)) {
            partitions.add(new TopicPartition(topic, partition.partition()));
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                if (device.value().equals(new String(record.key(), StandardCharsets.UTF_8))
                        && wanted.test(record.value())) {
                    return record.value();
                }
            }
        }
        throw new TimeoutException("no such record of " + device + " came on " + topic);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
