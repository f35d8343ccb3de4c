package io.espalier.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.proto.KafkaTopics;
import io.espalier.tls.TlsIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaAccessIT {
    private static final int TIMEOUT_SECONDS = 20;

    @TempDir
    static Path folder;

    private static TestAuthority authority;
    private static Stack stack;

    @BeforeAll
    static void start() {
        authority = TestAuthority.in(folder.resolve("pki"));
        stack = Stacks.withAuthority(authority.folder(), EnumSet.of(Service.KAFKA));
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {KafkaTopics.TELEMETRY, KafkaTopics.EVENTS})
    void letsADeviceReportAndTheControllerRead(String topic) throws Exception {
        String value = UUID.randomUUID().toString();
        try (var device = producer(authority.device("cam-1"))) {
            send(device, topic, value);
        }

        assertThat(read(authority.controller(), topic)).contains(value);
    }

    @Test
    void refusesADeviceThatReads() {
        assertThatThrownBy(() -> read(authority.device("cam-1"), KafkaTopics.TELEMETRY))
                .isInstanceOf(AuthorizationException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {KafkaTopics.ROLLUPS, "__consumer_offsets", "somewhere"})
    void refusesADeviceThatWritesElsewhere(String topic) throws Exception {
        try (var device = producer(authority.device("cam-1"))) {
            assertThatThrownBy(() -> send(device, topic, "forged")).hasCauseInstanceOf(AuthorizationException.class);
        }
    }

    @Test
    void refusesADeviceThatGovernsTheBroker() throws Exception {
        try (Admin device = Admin.create(as(authority.device("cam-1")))) {
            assertThatThrownBy(() -> device.createTopics(List.of(new NewTopic("mine", 1, (short) 1)))
                            .all()
                            .get(TIMEOUT_SECONDS, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(AuthorizationException.class);
            assertThatThrownBy(() -> device.deleteTopics(List.of(KafkaTopics.TELEMETRY))
                            .all()
                            .get(TIMEOUT_SECONDS, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(AuthorizationException.class);
            assertThatThrownBy(() -> device.describeAcls(org.apache.kafka.common.acl.AclBindingFilter.ANY)
                            .values()
                            .get(TIMEOUT_SECONDS, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(AuthorizationException.class);
        }
    }

    @Test
    void givesADeviceThatIsNamedLikeTheControllerNoneOfItsRights() {
        assertThatThrownBy(() -> read(authority.device("service", "controller"), KafkaTopics.TELEMETRY))
                .isInstanceOf(AuthorizationException.class);
    }

    @Test
    void givesAServiceThatIsNotTheControllerNothingToRead() {
        assertThatThrownBy(() -> read(authority.folder().service("watcher"), KafkaTopics.TELEMETRY))
                .isInstanceOf(AuthorizationException.class);
    }

    @Test
    void refusesAClientWithoutACertificate() {
        Map<String, Object> nobody = as(authority.controller());
        nobody.keySet().removeIf(key -> key.startsWith("ssl.keystore"));

        assertThatThrownBy(() -> topicsFor(nobody)).hasCauseInstanceOf(SslAuthenticationException.class);
    }

    @Test
    void refusesACertificateOfAnotherAuthority() throws Exception {
        Map<String, Object> forged =
                as(TestAuthority.in(folder.resolve("other-pki")).folder().service("controller"));

        assertThatThrownBy(() -> topicsFor(forged)).hasCauseInstanceOf(SslAuthenticationException.class);
    }

    @Test
    void refusesARevokedCertificateAlsoOnAConnectionThatStands() throws Exception {
        TlsIdentity stolen = authority.device("cam-2");
        try (var thief = producer(stolen)) {
            send(thief, KafkaTopics.TELEMETRY, "before");

            authority.revoke(stolen);

            assertThatThrownBy(() -> send(thief, KafkaTopics.TELEMETRY, "after"))
                    .isInstanceOf(ExecutionException.class);
        }
        assertThatThrownBy(() -> topicsFor(as(stolen))).hasCauseInstanceOf(SslAuthenticationException.class);
        assertThat(read(authority.controller(), KafkaTopics.TELEMETRY))
                .contains("before")
                .doesNotContain("after");
    }

    @Test
    void answersNobodyInTheClear() {
        Map<String, Object> plain = as(authority.controller());
        plain.put("security.protocol", "PLAINTEXT");
        plain.put("default.api.timeout.ms", 2_000);
        plain.put("request.timeout.ms", 1_000);

        assertThatThrownBy(() -> topicsFor(plain)).isInstanceOf(ExecutionException.class);
    }

    private static void topicsFor(Map<String, Object> client) throws Exception {
        try (Admin admin = Admin.create(client)) {
            admin.listTopics().names().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        }
    }

    private static KafkaProducer<String, String> producer(TlsIdentity identity) {
        Map<String, Object> settings = as(identity);
        settings.put("acks", "all");
        settings.put("max.block.ms", 10_000);
        settings.put("request.timeout.ms", 2_500);
        settings.put("delivery.timeout.ms", 5_000);
        return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }

    private static void send(KafkaProducer<String, String> producer, String topic, String value) throws Exception {
        producer.send(new ProducerRecord<>(topic, 0, "key", value)).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    private static List<String> read(TlsIdentity identity, String topic) {
        TopicPartition partition = new TopicPartition(topic, 0);
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(as(identity), new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            List<String> values = new java.util.ArrayList<>();
            long end = consumer.endOffsets(List.of(partition), Duration.ofSeconds(TIMEOUT_SECONDS))
                    .getOrDefault(partition, 0L);
            do {
                consumer.poll(Duration.ofMillis(500)).forEach(entry -> values.add(entry.value()));
            } while (consumer.position(partition) < end);
            return values;
        }
    }

    private static Map<String, Object> as(TlsIdentity identity) {
        try {
            Map<String, Object> settings = new HashMap<>();
            settings.put("bootstrap.servers", stack.endpoints().kafkaBootstrapServers());
            settings.put("security.protocol", "SSL");
            settings.put("ssl.keystore.type", "PEM");
            settings.put("ssl.keystore.key", identity.keyPem());
            settings.put("ssl.keystore.certificate.chain", identity.chainPem());
            settings.put("ssl.truststore.type", "PEM");
            settings.put(
                    "ssl.truststore.certificates",
                    Files.readString(authority.folder().certificateFile()));
            return settings;
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
