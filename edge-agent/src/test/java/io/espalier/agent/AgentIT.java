package io.espalier.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.agent.config.AgentConfig;
import io.espalier.agent.state.StateDirectory;
import io.espalier.agent.toys.ScrapedMetrics;
import io.espalier.agent.toys.ToyArtifact;
import io.espalier.agent.toys.ToyCloud;
import io.espalier.agent.toys.ToyKafkaReader;
import io.espalier.agent.toys.ToyModels;
import io.espalier.proto.DeviceId;
import io.espalier.proto.v1.Budget;
import io.espalier.proto.v1.Desired;
import io.espalier.proto.v1.DeviceProfile;
import io.espalier.proto.v1.Event;
import io.espalier.proto.v1.ModelAssignment;
import io.espalier.proto.v1.Presence;
import io.espalier.proto.v1.ProbeTiming;
import io.espalier.proto.v1.Reported;
import io.espalier.proto.v1.TelemetryBatch;
import io.espalier.proto.v1.TrialReport.Outcome;
import io.espalier.stack.Service;
import io.espalier.stack.Stack;
import io.espalier.stack.Stacks;
import io.espalier.trust.Role;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentIT {
    private static final int CHUNK_BYTES = 64;

    @TempDir
    Path folder;

    private final Stack stack = Stacks.forTests(EnumSet.of(Service.KAFKA, Service.MQTT));
    private final DeviceId device = new DeviceId("it-" + UUID.randomUUID());

    @Test
    void livesFromEnrolmentToARefusedModel() throws Exception {
        String kafka = stack.endpoints().kafkaBootstrapServers();
        Path replay = folder.resolve("replay.pb");
        Files.write(replay, ToyModels.labelled().toByteArray());
        ToyArtifact suite = ToyArtifact.suite(CHUNK_BYTES);
        ToyArtifact first = ToyArtifact.model(1, CHUNK_BYTES);
        ToyArtifact second = ToyArtifact.model(2, CHUNK_BYTES);
        CompletableFuture<ExitCode> end = new CompletableFuture<>();
        try (ToyCloud cloud = ToyCloud.start(device, stack.endpoints().mqttUrl(), kafka);
                StateDirectory state = StateDirectory.open(folder.resolve("state"))) {
            Agent agent = Agent.start(config(cloud.url(), replay, "good-token"), state, Clock.systemUTC(), end);
            try {
                cloud.awaitPresence(Presence::getOnline);
                measuresTheSuite(cloud, suite);
                switchesToTheModel(cloud, suite, first);
                answersOverHttp(agent.servePort());
                tellsKafka(kafka, first);
                showsInItsMetrics(agent.servePort(), first);
                keepsItsModelWhenTheNextIsTooSlow(cloud, suite, first, second);
                answersOverHttp(agent.servePort());
                followsNewKeys(cloud, suite, second);
            } finally {
                agent.stop(ExitCode.STOPPED);
            }
            cloud.awaitPresence(presence -> !presence.getOnline());
            assertThat(end).isNotDone();
        }
    }

    private static void measuresTheSuite(ToyCloud cloud, ToyArtifact suite) throws Exception {
        cloud.publish(suite);
        cloud.desire(Desired.newBuilder().addMeasure(suite.digest().hex()));

        DeviceProfile profile = cloud.awaitProfile(each -> true);

        assertThat(profile.getSuiteDigest()).isEqualTo(suite.digest().hex());
        assertThat(profile.getRuntime().getRuntime()).isEqualTo("onnxruntime");
        assertThat(profile.getHardware().getSimulatedSlowdown()).isEqualTo(2);
        ProbeTiming columns = profile.getTimings(0);
        assertThat(columns.getSamples()).isBetween(20, 300);
        assertThat(columns.getMedianMicros()).isPositive();
        assertThat(profile.getTimings(1).getError()).contains("Frobnicate");
    }

    private static void switchesToTheModel(ToyCloud cloud, ToyArtifact suite, ToyArtifact model) throws Exception {
        cloud.publish(model);
        cloud.desire(Desired.newBuilder()
                .addMeasure(suite.digest().hex())
                .setModel(assignment("d1", model).setUnconditional(true)));

        Reported report =
                cloud.awaitReported(each -> each.getTrial().getDeploymentId().equals("d1")
                        && !each.getActiveVariantDigest().isEmpty());

        assertThat(report.getTrial().getDetail()).isEmpty();
        assertThat(report.getTrial().getOutcome()).isEqualTo(Outcome.OUTCOME_ACCEPTED);
        assertThat(report.getTrial().getSamples()).isEqualTo(500);
        assertThat(report.getActiveVariantDigest()).isEqualTo(model.variantDigest());
        assertThat(report.getActiveArtifactDigest()).isEqualTo(model.digest().hex());
    }

    private static void answersOverHttp(int port) throws Exception {
        String request = """
                {"inputs":[{"name":"x","datatype":"UINT8","shape":[1,1,2,2],"data":[255,0,255,51]}]}""";
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v2/models/model/infer"))
                                .POST(HttpRequest.BodyPublishers.ofString(request))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());

        assertThat(response.body()).contains("\"data\":[2.0,0.2");
    }

    private void tellsKafka(String servers, ToyArtifact model) throws Exception {
        try (ToyKafkaReader reader = new ToyKafkaReader(servers, device)) {
            // One round of the replay file holds right and wrong labels; a window of fewer may hold right ones only.
            TelemetryBatch batch =
                    reader.awaitLabelledBatch(ToyModels.labelled().getSamplesCount());
            Histogram nanos = Histogram.decodeFromCompressedByteBuffer(
                    ByteBuffer.wrap(batch.getLatencyHistogram().toByteArray()), 0);
            assertThat(batch.getVariantDigest()).isEqualTo(model.variantDigest());
            assertThat(nanos.getTotalCount()).isEqualTo(batch.getInferences());
            assertThat(batch.getCorrect()).isBetween(1L, batch.getLabelled() - 1);

            Event switched = reader.awaitEvent(Event.Kind.KIND_SWITCHED);
            assertThat(switched.getText()).contains(model.digest().hex());
        }
    }

    private static void showsInItsMetrics(int port, ToyArtifact model) throws Exception {
        String scraped = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
        ScrapedMetrics metrics = ScrapedMetrics.parse(scraped);
        assertThat(metrics.value("espalier_connection_up{peer=\"mqtt\"}")).isEqualTo(1);
        assertThat(metrics.value("espalier_connection_up{peer=\"kafka\"}")).isEqualTo(1);
        assertThat(metrics.value("espalier_inferences_total")).isPositive();
        assertThat(metrics.value("espalier_model_info{artifact=\""
                        + model.digest().hex() + "\",variant=\"" + model.variantDigest() + "\"}"))
                .isEqualTo(1);
    }

    private static void keepsItsModelWhenTheNextIsTooSlow(
            ToyCloud cloud, ToyArtifact suite, ToyArtifact serving, ToyArtifact tooSlow) throws Exception {
        cloud.publish(tooSlow);
        cloud.desire(Desired.newBuilder()
                .addMeasure(suite.digest().hex())
                .setModel(
                        assignment("d2", tooSlow).setBudget(Budget.newBuilder().setLatencyP95Micros(0.001))));

        Reported report =
                cloud.awaitReported(each -> each.getTrial().getDeploymentId().equals("d2"));

        assertThat(report.getTrial().getOutcome()).isEqualTo(Outcome.OUTCOME_TOO_SLOW);
        assertThat(report.getTrial().getP95LowerMicros()).isGreaterThan(0.001);
        assertThat(report.getActiveVariantDigest()).isEqualTo(serving.variantDigest());
    }

    private static void followsNewKeys(ToyCloud cloud, ToyArtifact suite, ToyArtifact model) throws Exception {
        cloud.rotate(Role.ASSIGNMENT);
        cloud.rotate(Role.RELEASE);
        cloud.publish(model);
        cloud.desire(Desired.newBuilder()
                .addMeasure(suite.digest().hex())
                .setModel(assignment("d3", model).setUnconditional(true)));

        Reported report =
                cloud.awaitReported(each -> each.getTrial().getDeploymentId().equals("d3")
                        && each.getTrial().getOutcome() == Outcome.OUTCOME_ACCEPTED);

        assertThat(report.getTrial().getArtifactDigest())
                .isEqualTo(model.digest().hex());
    }

    private static ModelAssignment.Builder assignment(String deployment, ToyArtifact model) throws Exception {
        return ModelAssignment.newBuilder()
                .setDeploymentId(deployment)
                .setArtifactDigest(model.digest().hex())
                .setVariantDigest(model.variantDigest())
                .setTrialSamples(500);
    }

    private AgentConfig config(String controller, Path replay, String token) {
        return config(device, folder, controller, replay, token, AgentConfig.SinkKind.KAFKA);
    }

    static AgentConfig config(
            DeviceId device,
            Path folder,
            String controller,
            Path replay,
            String token,
            AgentConfig.SinkKind telemetrySink) {
        return new AgentConfig(
                device,
                URI.create(controller),
                Optional.of(token),
                Optional.empty(),
                folder.resolve("state"),
                0,
                Optional.of(replay),
                50,
                Duration.ofMillis(50),
                2,
                Optional.of(folder.resolve("host.lock")),
                1,
                Duration.ofMillis(200),
                telemetrySink,
                1 << 20,
                Duration.ofHours(1),
                1e-3,
                false);
    }
}
