package io.espalier.demo.kill;

import io.espalier.proto.KafkaTopics;
import io.espalier.proto.v1.Event;
import io.espalier.proto.v1.TelemetryBatch;
import io.espalier.tls.TlsIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads what Kafka holds with a plain consumer, and what the controller made of it from PostgreSQL. */
final class TelemetryBooks implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Connection database;

    /** {@code reader} is somebody whom Kafka lets read: the controller. */
    TelemetryBooks(Properties stack, TlsIdentity reader) throws IOException, SQLException {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", stack.getProperty("kafka.bootstrap.servers"));
        settings.put("enable.auto.commit", false);
        settings.put("auto.offset.reset", "none");
        settings.put("security.protocol", stack.getProperty("kafka.security.protocol"));
        settings.put("ssl.keystore.type", "PEM");
        settings.put("ssl.keystore.key", reader.keyPem());
        settings.put("ssl.keystore.certificate.chain", reader.chainPem());
        settings.put("ssl.truststore.type", "PEM");
        settings.put("ssl.truststore.certificates", Files.readString(Path.of(stack.getProperty("tls.authority"))));
        consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        database = DriverManager.getConnection(
                stack.getProperty("jdbc.url"), stack.getProperty("jdbc.username"), stack.getProperty("jdbc.password"));
    }

    /** The name of a record; repeated records share it. */
    record Name(String device, long epoch, long sequence) implements Comparable<Name> {
        @Override
        public int compareTo(Name other) {
            return device.equals(other.device)
                    ? epoch == other.epoch ? Long.compare(sequence, other.sequence) : Long.compare(epoch, other.epoch)
                    : device.compareTo(other.device);
        }
    }

    /**
     * What the topics hold.
     *
     * @param telemetry inferences of each telemetry record
     * @param events names of all events, which are numbered together with the telemetry
     * @param records telemetry records as they lie there, repeated ones included
     */
    record Topics(Map<Name, Long> telemetry, TreeSet<Name> events, long records) {
        Map<String, Long> inferencesByDevice() {
            Map<String, Long> sums = new TreeMap<>();
            telemetry.forEach((name, inferences) -> sums.merge(name.device(), inferences, Long::sum));
            return sums;
        }

        /** Numbers that are missing between those that are there: records that Kafka took and lost. */
        List<Name> gaps() {
            TreeSet<Name> names = new TreeSet<>(events);
            names.addAll(telemetry.keySet());
            return names.stream()
                    .filter(name -> name.sequence() > 1)
                    .map(name -> new Name(name.device(), name.epoch(), name.sequence() - 1))
                    .filter(before -> !names.contains(before))
                    .toList();
        }
    }

    /** Returns when the controller has read everything; only once nobody produces any more. */
    void awaitRead() throws Exception {
        Map<TopicPartition, Long> ends = ends();
        Eventually.get("the controller has read " + ends, PATIENCE, () -> {
            Map<TopicPartition, Long> read = new HashMap<>();
            query(
                    "select topic, partition, next_offset from telemetry_offset",
                    row -> read.put(new TopicPartition(row.getString(1), row.getInt(2)), row.getLong(3)));
            boolean all = ends.entrySet().stream()
                    .allMatch(end -> read.getOrDefault(end.getKey(), 0L).equals(end.getValue()));
            return all ? Optional.of(true) : Optional.empty();
        });
    }

    Topics topics() throws IOException {
        Map<Name, Long> telemetry = new TreeMap<>();
        TreeSet<Name> events = new TreeSet<>();
        long records = 0;
        Map<TopicPartition, Long> ends = ends();
        consumer.assign(ends.keySet());
        consumer.seekToBeginning(ends.keySet());
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                if (record.topic().equals(KafkaTopics.TELEMETRY)) {
                    TelemetryBatch batch = TelemetryBatch.parseFrom(record.value());
                    telemetry.put(
                            new Name(batch.getDeviceId(), batch.getEpoch(), batch.getSequence()),
                            batch.getInferences());
                    records++;
                } else {
                    Event event = Event.parseFrom(record.value());
                    events.add(new Name(event.getDeviceId(), event.getEpoch(), event.getSequence()));
                }
            }
        }
        return new Topics(telemetry, events, records);
    }

    private Map<TopicPartition, Long> ends() {
        List<TopicPartition> partitions = List.of(KafkaTopics.TELEMETRY, KafkaTopics.EVENTS).stream()
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        return consumer.endOffsets(partitions);
    }

    /** Windows that the controller counted. */
    TreeSet<Name> counted() throws SQLException {
        TreeSet<Name> names = new TreeSet<>();
        query(
                "select device_id, epoch, sequence from telemetry_seen",
                row -> names.add(new Name(row.getString(1), row.getLong(2), row.getLong(3))));
        return names;
    }

    /** @param table one of those that hold sums of inferences */
    Map<String, Long> inferencesByDevice(String table) throws SQLException {
        Map<String, Long> sums = new TreeMap<>();
        query(
                "select device_id, sum(inferences)::bigint from " + table + " group by device_id",
                row -> sums.put(row.getString(1), row.getLong(2)));
        return sums;
    }

    /** Events that the controller counted. */
    TreeSet<Name> countedEvents() throws SQLException {
        TreeSet<Name> names = new TreeSet<>();
        query(
                "select device_id, epoch, sequence from device_event where epoch is not null",
                row -> names.add(new Name(row.getString(1), row.getLong(2), row.getLong(3))));
        return names;
    }

    private interface Row {
        void read(ResultSet row) throws SQLException;
    }

    private void query(String sql, Row reader) throws SQLException {
        try (Statement statement = database.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                reader.read(rows);
            }
        }
    }

    @Override
    public void close() throws SQLException {
        consumer.close();
        database.close();
    }
}
