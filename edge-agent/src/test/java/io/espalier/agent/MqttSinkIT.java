package io.espalier.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.agent.toys.AgentProcess;
import io.espalier.agent.toys.ScrapedMetrics;
import io.espalier.agent.toys.ToyArtifact;
import io.espalier.agent.toys.ToyBridge;
import io.espalier.agent.toys.ToyCloud;
import io.espalier.agent.toys.ToyModels;
import io.espalier.proto.DeviceId;
import io.espalier.proto.v1.Desired;
import io.espalier.proto.v1.ModelAssignment;
import io.espalier.proto.v1.Presence;
import io.espalier.stack.Service;
import io.espalier.stack.Stack;
import io.espalier.stack.Stacks;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent that knows no Kafka, in a process of its own. */
class MqttSinkIT {
    private static final String NO_KAFKA = "127.0.0.1:1";

    @TempDir
    Path folder;

    private final DeviceId device = new DeviceId("it-" + UUID.randomUUID());

    @Test
    void keepsItsTelemetryUntilSomebodyGivesReceiptsAndLoadsNoKafkaClient() throws Exception {
        Stack stack = Stacks.forTests(EnumSet.of(Service.MQTT));
        String mqtt = stack.endpoints().mqttUrl();
        Path loaded = folder.resolve("classes.log");
        List<String> tellClasses = List.of("-Xlog:class+load:file=" + loaded);
        ToyArtifact model = ToyArtifact.model(3, 64);
        try (ToyCloud cloud = ToyCloud.start(device, mqtt, NO_KAFKA)) {
            cloud.publish(model);
            cloud.desire(Desired.newBuilder()
                    .setModel(ModelAssignment.newBuilder()
                            .setDeploymentId("d1")
                            .setArtifactDigest(model.digest().hex())));
            try (AgentProcess agent = AgentProcess.start(folder, settings(cloud.url()), tellClasses)) {
                cloud.awaitReported(report -> !report.getActiveVariantDigest().isEmpty());
                ScrapedMetrics metrics = metrics();
                assertThat(metrics.value("espalier_spool_records")).isPositive();
                assertThat(metrics.value("espalier_connection_up{peer=\"bridge\"}"))
                        .isZero();
                agent.kill();
            }
            cloud.awaitPresence(presence -> !presence.getOnline());
            Files.delete(folder.resolve("state/serve.port"));
            try (AgentProcess agent = AgentProcess.start(folder, settings(cloud.url()), tellClasses)) {
                cloud.awaitPresence(Presence::getOnline);
                try (ToyBridge bridge = ToyBridge.start(mqtt, device, Optional.empty())) {
                    bridge.awaitSequence(20);
                    assertThat(bridge.inOrder().stream().distinct().limit(20))
                            .containsExactlyElementsOf(
                                    LongStream.rangeClosed(1, 20).boxed().toList());
                }
                assertThat(agent.stop()).isZero();
            }
        }
        try (Stream<String> lines = Files.lines(loaded)) {
            assertThat(lines.filter(line -> line.contains("org.apache.kafka"))).isEmpty();
        }
    }

    private Map<String, String> settings(String controller) throws Exception {
        Files.write(folder.resolve("replay.pb"), ToyModels.labelled().toByteArray());
        return Map.of(
                "device.id",
                device.value(),
                "controller.url",
                controller,
                "claim.token",
                "good-token",
                "state.dir",
                folder.resolve("state").toString(),
                "serve.port",
                "0",
                "replay.source",
                folder.resolve("replay.pb").toString(),
                "replay.interval.millis",
                "20",
                "telemetry.window.millis",
                "100",
                "telemetry.sink",
                "mqtt");
    }

    private ScrapedMetrics metrics() throws Exception {
        String port = Files.readString(folder.resolve("state/serve.port"));
        return ScrapedMetrics.parse(HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body());
    }
}
