package io.espalier.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.espalier.agent.config.AgentConfig.SinkKind;
import io.espalier.agent.state.StateDirectory;
import io.espalier.agent.toys.ToyArtifact;
import io.espalier.agent.toys.ToyBridge;
import io.espalier.agent.toys.ToyCertifier;
import io.espalier.agent.toys.ToyCloud;
import io.espalier.agent.toys.ToyModels;
import io.espalier.pki.AuthorityFolder;
import io.espalier.proto.DeviceId;
import io.espalier.proto.KafkaTopics;
import io.espalier.proto.v1.Desired;
import io.espalier.proto.v1.ModelAssignment;
import io.espalier.proto.v1.TelemetryBatch;
import io.espalier.proto.v1.TrialReport.Outcome;
import io.espalier.proto.v1.UploadedRecord;
import io.espalier.stack.Mosquitto;
import io.espalier.stack.Service;
import io.espalier.stack.Stack;
import io.espalier.stack.Stacks;
import io.espalier.tls.TelemetrySignature;
import io.espalier.tls.TlsIdentity;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent with servers that ask for certificates and keep to their rules. */
class SecureAgentIT {
    private static final int CHUNK_BYTES = 64;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    static Path shared;

    @SuppressWarnings("NullAway.Init")
    private static AuthorityFolder authority;

    @SuppressWarnings("NullAway.Init")
    private static Stack stack;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private final DeviceId device = new DeviceId("it-" + UUID.randomUUID());
    private final ToyCertifier certifier = new ToyCertifier(Clock.systemUTC(), authority.authority());

    @BeforeAll
    static void start() {
        authority = AuthorityFolder.open(
                shared.resolve("pki"), "secret".toCharArray(), Clock.systemUTC(), new SecureRandom());
        stack = Stacks.withAuthority(authority, EnumSet.of(Service.KAFKA, Service.MQTT));
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    @Test
    void convergesOverTlsAndSignsItsTelemetry() throws Exception {
        String mqtt = stack.endpoints().mqttUrl();

        converges(mqtt, mqtt, SinkKind.KAFKA, this::readsASignedBatch);
    }

    @Test
    void uploadsSignedTelemetryOverMqtt() throws Exception {
        String mqtt = stack.endpoints().mqttUrl();

        converges(mqtt, mqtt, SinkKind.MQTT, () -> takesASignedUpload(mqtt));
    }

    private void takesASignedUpload(String mqtt) throws Exception {
        try (ToyBridge bridge = ToyBridge.start(mqtt, device, Optional.of(controller()))) {
            UploadedRecord record = bridge.awaitTelemetry();
            assertThat(TelemetrySignature.isBy(
                            certifier.enrolled(),
                            KafkaTopics.TYPE_TELEMETRY,
                            KafkaTopics.eventId(device, record.getEpoch(), record.getSequence()),
                            record.getBody().toByteArray(),
                            record.getSignature().toByteArray()))
                    .isTrue();
            bridge.awaitSequence(record.getSequence() + 1); // Only a receipt lets it go on.
        }
    }

    private void readsASignedBatch() throws Exception {
        ConsumerRecord<byte[], byte[]> record = firstRecord();
        TelemetryBatch batch = TelemetryBatch.parseFrom(record.value());
        assertThat(TelemetrySignature.isBy(
                        certifier.enrolled(),
                        KafkaTopics.TYPE_TELEMETRY,
                        KafkaTopics.eventId(device, batch.getEpoch(), batch.getSequence()),
                        record.value(),
                        record.headers()
                                .lastHeader(KafkaTopics.HEADER_SIGNATURE)
                                .value()))
                .isTrue();
    }

    @Test
    void convergesWithMosquitto() throws Exception {
        Optional<Path> program = Mosquitto.program();
        if (program.isEmpty()) {
            System.out.println("Skipped because Mosquitto is not installed (Debian: apt-get install mosquitto)");
        }
        assumeTrue(program.isPresent());
        try (Mosquitto mosquitto =
                Mosquitto.start(program.get(), Path.of("../docs/brokers/mosquitto"), folder, authority, "default")) {
            converges(
                    mosquitto.devicesUrl(),
                    mosquitto.servicesUrl(),
                    SinkKind.MQTT,
                    () -> takesASignedUpload(mosquitto.servicesUrl()));
        }
    }

    /** What is looked at while the agent serves. */
    @FunctionalInterface
    private interface Look {
        void run() throws Exception;
    }

    private void converges(String mqttUrl, String mqttUrlOfCloud, SinkKind sink, Look whileServing) throws Exception {
        Path replay = folder.resolve("replay.pb");
        Files.write(replay, ToyModels.labelled().toByteArray());
        ToyArtifact model = ToyArtifact.model(1, CHUNK_BYTES);
        ToyCloud.Brokers brokers = new ToyCloud.Brokers(
                mqttUrl, mqttUrlOfCloud, stack.endpoints().kafkaBootstrapServers(), "SSL", Optional.of(controller()));
        CompletableFuture<ExitCode> end = new CompletableFuture<>();
        try (ToyCloud cloud = ToyCloud.start(device, brokers, certifier);
                StateDirectory state = StateDirectory.open(folder.resolve("state"))) {
            Agent agent = Agent.start(
                    AgentIT.config(device, folder, cloud.url(), replay, "good-token", sink),
                    state,
                    Clock.systemUTC(),
                    end);
            try {
                cloud.publish(model);
                cloud.desire(Desired.newBuilder()
                        .setModel(ModelAssignment.newBuilder()
                                .setDeploymentId("d1")
                                .setArtifactDigest(model.digest().hex())
                                .setVariantDigest(model.variantDigest())
                                .setTrialSamples(100)
                                .setUnconditional(true)));

                assertThat(cloud.awaitReported(report ->
                                        report.getTrial().getDeploymentId().equals("d1"))
                                .getTrial()
                                .getOutcome())
                        .isEqualTo(Outcome.OUTCOME_ACCEPTED);
                whileServing.run();
            } finally {
                agent.stop(ExitCode.STOPPED);
            }
            cloud.awaitPresence(presence -> !presence.getOnline());
            assertThat(end).isNotDone();
        }
    }

    private ConsumerRecord<byte[], byte[]> firstRecord() throws Exception {
        TlsIdentity controller = authority.service("controller");
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                stack.endpoints().kafkaBootstrapServers(),
                "group.id",
                "test",
                "auto.offset.reset",
                "earliest",
                "security.protocol",
                "SSL",
                "ssl.keystore.type",
                "PEM",
                "ssl.keystore.key",
                controller.keyPem(),
                "ssl.keystore.certificate.chain",
                controller.chainPem(),
                "ssl.truststore.type",
                "PEM",
                "ssl.truststore.certificates",
                Files.readString(authority.certificateFile()));
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(KafkaTopics.TELEMETRY));
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (System.nanoTime() < deadline) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    if (device.value().equals(new String(record.key(), StandardCharsets.UTF_8))) {
                        return record;
                    }
                }
            }
            throw new TimeoutException("no telemetry of " + device + " came");
        }
    }

    private static SSLContext controller() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(authority.service("controller").keyManagers(), new TrustManager[] {authority.clientTrust()}, null);
        return context;
    }
}
