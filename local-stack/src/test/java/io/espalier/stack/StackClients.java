package io.espalier.stack;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.paho.mqttv5.client.IMqttMessageListener;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;

/** Writes to each server until it acknowledges, and reads back. */
record StackClients(Endpoints endpoints) {
    private static final int TIMEOUT_SECONDS = 30;

    void produce(String topic, String value) throws Exception {
        Map<String, Object> config =
                Map.of("bootstrap.servers", endpoints.kafkaBootstrapServers(), "acks", "all", "linger.ms", 0);
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, 0, "key", value)).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        }
    }

    Set<String> topics() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", endpoints.kafkaBootstrapServers()))) {
            return admin.listTopics().names().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** What lies in the first partition. */
    List<String> consume(String topic) {
        Map<String, Object> config = Map.of("bootstrap.servers", endpoints.kafkaBootstrapServers());
        TopicPartition partition = new TopicPartition(topic, 0);
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            List<String> values = new ArrayList<>();
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(200)).forEach(entry -> values.add(entry.value()));
            }
            return values;
        }
    }

    void retain(String topic, byte[] payload) throws MqttException {
        send(topic, new MqttMessage(payload, 1, true, null));
    }

    void publish(String topic, String text) throws MqttException {
        send(topic, new MqttMessage(utf8(text), 1, false, null));
    }

    private void send(String topic, MqttMessage message) throws MqttException {
        MqttClient client = connect();
        try {
            client.publish(topic, message);
        } finally {
            client.disconnect();
            client.close();
        }
    }

    byte[] retained(String topic) throws Exception {
        MqttClient client = connect();
        try {
            CompletableFuture<byte[]> received = new CompletableFuture<>();
            client.subscribe(
                    new MqttSubscription[] {new MqttSubscription(topic, 1)},
                    new IMqttMessageListener[] {(from, message) -> received.complete(message.getPayload())});
            return received.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } finally {
            client.disconnect();
            client.close();
        }
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = database();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    String query(String sql) throws SQLException {
        try (Connection connection = database();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    /** Asks again while nobody answers; {@code timeout} bounds the wait for a server that is being started. */
    String queryOnceUp(String sql, Duration timeout) throws Exception {
        long deadlineNanos = System.nanoTime() + timeout.toNanos();
        while (true) {
            try {
                return query(sql);
            } catch (SQLException e) {
                if (System.nanoTime() > deadlineNanos) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
    }

    private Connection database() throws SQLException {
        return DriverManager.getConnection(endpoints.jdbcUrl(), endpoints.jdbcUsername(), endpoints.jdbcPassword());
    }

    MqttClient connect() throws MqttException {
        MqttClient client = new MqttClient(endpoints.mqttUrl(), "test-" + UUID.randomUUID(), new MemoryPersistence());
        client.setTimeToWait(TimeUnit.SECONDS.toMillis(TIMEOUT_SECONDS));
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setCleanStart(true);
        options.setAutomaticReconnect(false);
        client.connect(options);
        return client;
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
