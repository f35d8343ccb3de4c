package io.espalier.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.agent.state.StateDirectory;
import io.espalier.agent.toys.AgentProcess;
import io.espalier.agent.toys.ToyArtifact;
import io.espalier.agent.toys.ToyCloud;
import io.espalier.agent.toys.ToyKafkaReader;
import io.espalier.agent.toys.ToyModels;
import io.espalier.proto.DeviceId;
import io.espalier.proto.v1.AgentPhase;
import io.espalier.proto.v1.Desired;
import io.espalier.proto.v1.ModelAssignment;
import io.espalier.proto.v1.Presence;
import io.espalier.proto.v1.Reported;
import io.espalier.proto.v1.TrialReport.Outcome;
import io.espalier.stack.Service;
import io.espalier.stack.Stack;
import io.espalier.stack.Stacks;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentProcessIT {
    private static final String NOBODY = "http://127.0.0.1:1";

    @TempDir
    Path folder;

    private final DeviceId device = new DeviceId("it-" + UUID.randomUUID());
    private final Map<String, String> settings = new HashMap<>();

    @BeforeEach
    void configure() throws Exception {
        Files.write(folder.resolve("replay.pb"), ToyModels.labelled().toByteArray());
        settings.putAll(Map.of(
                "device.id",
                device.value(),
                "controller.url",
                NOBODY,
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
                "100"));
    }

    @Test
    void servesAtOnceAfterAKillAndLosesNoTelemetry() throws Exception {
        Stack stack = Stacks.forTests(EnumSet.of(Service.KAFKA, Service.MQTT));
        String kafka = stack.endpoints().kafkaBootstrapServers();
        ToyArtifact model = ToyArtifact.model(3, 64);
        try (ToyCloud cloud = ToyCloud.start(device, stack.endpoints().mqttUrl(), kafka);
                ToyKafkaReader reader = new ToyKafkaReader(kafka, device)) {
            settings.put("controller.url", cloud.url());
            cloud.publish(model);
            cloud.desire(Desired.newBuilder()
                    .setModel(ModelAssignment.newBuilder()
                            .setDeploymentId("d1")
                            .setArtifactDigest(model.digest().hex())));
            try (AgentProcess agent = AgentProcess.start(folder, settings)) {
                cloud.awaitReported(report -> !report.getActiveVariantDigest().isEmpty());
                reader.awaitSequence(10);
                agent.kill();
            }
            cloud.awaitPresence(presence -> !presence.getOnline());

            settings.put("controller.url", NOBODY);
            Files.delete(folder.resolve("state/serve.port"));
            try (AgentProcess agent = AgentProcess.start(folder, settings)) {
                cloud.awaitPresence(Presence::getOnline);
                assertThat(inferred()).contains("\"data\":[6.0,");
                long last = reader.lastSequence() + 10;
                reader.awaitSequence(last);
                assertThat(reader.sequences())
                        .containsAll(LongStream.rangeClosed(1, last).boxed().toList());
                assertThat(reader.epochs()).hasSize(1);
                assertThat(reader.differentCopies()).isEmpty();
                assertThat(agent.stop()).isZero();
            }
        }
    }

    @Test
    void refusesAModelInWhoseTrialItDiedTwice() throws Exception {
        Stack stack = Stacks.forTests(EnumSet.of(Service.KAFKA, Service.MQTT));
        ToyArtifact model = ToyArtifact.model(3, 64);
        settings.put("simulate.slowdown", "1000");
        try (ToyCloud cloud = ToyCloud.start(
                device, stack.endpoints().mqttUrl(), stack.endpoints().kafkaBootstrapServers())) {
            settings.put("controller.url", cloud.url());
            cloud.publish(model);
            cloud.desire(Desired.newBuilder()
                    .setModel(ModelAssignment.newBuilder()
                            .setDeploymentId("d1")
                            .setArtifactDigest(model.digest().hex())
                            .setTrialSamples(10_000)));
            long epoch = 0;
            for (int death = 1; death <= 2; death++) {
                try (AgentProcess agent = AgentProcess.start(folder, settings)) {
                    epoch = awaitTrialAfter(epoch, cloud);
                    agent.kill();
                }
                cloud.awaitPresence(presence -> !presence.getOnline());
            }
            try (AgentProcess agent = AgentProcess.start(folder, settings)) {
                Reported report = cloud.awaitReported(Reported::hasTrial);

                assertThat(report.getTrial().getOutcome()).isEqualTo(Outcome.OUTCOME_DOES_NOT_LOAD);
                assertThat(report.getTrial().getDetail()).contains("died while trying it, 2 times");
                assertThat(report.getActiveArtifactDigest()).as(agent.log()).isEmpty();
            }
        }
    }

    @Test
    void stopsWithItsParent() throws Exception {
        settings.put("exit.with.parent", "true");
        try (AgentProcess agent = AgentProcess.start(folder, settings)) {
            agent.closeStandardInput();

            assertThat(agent.exitCode()).as(agent.log()).isZero();
        }
    }

    @Test
    void saysWhatIsWrongWithItsConfiguration() throws Exception {
        settings.remove("device.id");
        settings.put("replay.interval", "5");
        try (AgentProcess agent = AgentProcess.start(folder, settings)) {
            assertThat(agent.exitCode()).as(agent.log()).isEqualTo(2);
            assertThat(agent.log()).contains("2 problems", "device.id is missing", "replay.interval");
        }
        try (AgentProcess agent = AgentProcess.start(folder, List.of("--help"))) {
            assertThat(agent.exitCode()).as(agent.log()).isZero();
            assertThat(agent.log()).contains("Usage: espalier-agent --config FILE");
        }
        try (AgentProcess agent = AgentProcess.start(folder, List.of("--confg", "x"))) {
            assertThat(agent.exitCode()).as(agent.log()).isEqualTo(2);
            assertThat(agent.log()).contains("does not understand \"--confg x\": start it with --config FILE");
        }
    }

    @Test
    void saysThatItsPortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            settings.put("serve.port", Integer.toString(taken.getLocalPort()));
            try (AgentProcess agent = AgentProcess.start(folder, settings)) {
                assertThat(agent.exitCode()).as(agent.log()).isEqualTo(5);
                assertThat(agent.log())
                        .contains("Port " + taken.getLocalPort() + " is taken", "set serve.port to another, or to 0");
            }
        }
    }

    @Test
    void saysWhyItIsNotEnrolled() throws Exception {
        Stack stack = Stacks.forTests(EnumSet.of(Service.KAFKA, Service.MQTT));
        try (ToyCloud cloud = ToyCloud.start(
                device, stack.endpoints().mqttUrl(), stack.endpoints().kafkaBootstrapServers())) {
            settings.put("controller.url", cloud.url());
            settings.put("claim.token", "bad-token");
            try (AgentProcess agent = AgentProcess.start(folder, settings)) {
                assertThat(agent.exitCode()).as(agent.log()).isEqualTo(3);
                assertThat(agent.log()).contains("refused to enrol " + device, "it has expired");
            }
        }
    }

    @Test
    void refusesAStateDirectoryInUse() throws Exception {
        try (StateDirectory taken = StateDirectory.open(folder.resolve("state"));
                AgentProcess agent = AgentProcess.start(folder, settings)) {
            assertThat(agent.exitCode()).as(agent.log()).isEqualTo(4);
            assertThat(agent.log())
                    .contains("in use by another agent", taken.file("").toString());
        }
    }

    /** The epoch of the first run after {@code epoch} that tries a model. */
    private static long awaitTrialAfter(long epoch, ToyCloud cloud) throws Exception {
        return cloud.awaitReported(
                        report -> report.getEpoch() > epoch && report.getPhase() == AgentPhase.AGENT_PHASE_TRYING)
                .getEpoch();
    }

    private String inferred() throws Exception {
        String port = Files.readString(folder.resolve("state/serve.port"));
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v2/models/model/infer"))
                                .POST(HttpRequest.BodyPublishers.ofString("""
                                                {"inputs":[{"name":"x","datatype":"UINT8","shape":[1,1,2,2],"data":[255,0,255,51]}]}"""))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
