package io.espalier.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.agent.toys.ToyArtifact;
import io.espalier.agent.toys.ToyCloud;
import io.espalier.proto.DeviceId;
import io.espalier.proto.v1.AgentAssignment;
import io.espalier.proto.v1.Desired;
import io.espalier.proto.v1.Reported;
import io.espalier.stack.Service;
import io.espalier.stack.Stack;
import io.espalier.stack.Stacks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.UUID;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged agent under its launcher, started again whenever it ends, as systemd does. */
class UpgradeIT {
    private static final Path TARGET = Path.of("target").toAbsolutePath();

    @TempDir
    Path folder;

    private final DeviceId device = new DeviceId("it-" + UUID.randomUUID());

    @Test
    void runsAnAssignedProgramAndGoesBackFromOneThatDoesNotReportIn() throws Exception {
        Stack stack = Stacks.forTests(EnumSet.of(Service.KAFKA, Service.MQTT));
        String arch = System.getProperty("os.arch");
        ToyArtifact good = ToyArtifact.agent(arch, jarThatLeadsTo(classPath()));
        ToyArtifact bad = ToyArtifact.agent(arch, jarThatLeadsTo("nowhere.jar"));
        try (ToyCloud cloud = ToyCloud.start(
                        device, stack.endpoints().mqttUrl(), stack.endpoints().kafkaBootstrapServers());
                Supervised agent = new Supervised(cloud)) {
            Reported installed = cloud.awaitReported(report -> true);
            assertThat(installed.getProgram().getArtifactDigest()).isEmpty();

            cloud.publish(good);
            cloud.desire(Desired.newBuilder().setAgent(assignment(good)));
            cloud.awaitReported(report ->
                    report.getProgram().getArtifactDigest().equals(good.digest().hex()));
            assertThat(folder.resolve("state/program/current")).hasContent("a " + good.digest());

            cloud.publish(bad);
            cloud.desire(Desired.newBuilder().setAgent(assignment(bad)));
            Reported back = cloud.awaitReported(report ->
                    report.getProgram().getRefusedDigest().equals(bad.digest().hex()));
            assertThat(back.getProgram().getArtifactDigest())
                    .as(agent.log())
                    .isEqualTo(good.digest().hex());
        }
    }

    private static AgentAssignment assignment(ToyArtifact agent) {
        return AgentAssignment.newBuilder()
                .setArtifactDigest(agent.digest().hex())
                .build();
    }

    private static String classPath() throws IOException {
        try (Stream<Path> libraries = Files.list(TARGET.resolve("lib"))) {
            return Stream.concat(Stream.of(TARGET.resolve("edge-agent.jar")), libraries.sorted())
                    .map(jar -> jar.toUri().toString())
                    .collect(Collectors.joining(" "));
        }
    }

    /** A whole program would be 70 MB; this one borrows the jars that were built. */
    private static byte[] jarThatLeadsTo(String classPath) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classPath);
        ByteArrayOutputStream jar = new ByteArrayOutputStream();
        new JarOutputStream(jar, manifest).close();
        return jar.toByteArray();
    }

    private final class Supervised implements AutoCloseable {
        private final Thread keeper = new Thread(this::keepRunning);
        private final ProcessBuilder launcher;
        private volatile boolean stopping;
        private volatile Process process;

        Supervised(ToyCloud cloud) throws IOException {
            Path settings = folder.resolve("agent.properties");
            Files.writeString(settings, """
                    device.id=%s
                    controller.url=%s
                    claim.token=good-token
                    serve.port=0
                    state.dir=%s
                    """.formatted(device, cloud.url(), folder.resolve("state")));
            launcher = new ProcessBuilder(
                            "sh", TARGET.resolve("bin/espalier-agent").toString(), "--config", settings.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("log").toFile()));
            launcher.environment().put("JAVA_HOME", System.getProperty("java.home"));
            launcher.environment()
                    .put(
                            "STATE_DIRECTORY",
                            Files.createDirectories(folder.resolve("state")).toString());
            // In the way, so that no time goes into class archives.
            launcher.environment().put("CACHE_DIRECTORY", settings.toString());
            process = launcher.start();
            keeper.start();
        }

        private void keepRunning() {
            try {
                while (!stopping) {
                    int code = process.waitFor();
                    if (code == 2 || code == 3) {
                        return; // As the package's unit: these wait for a person.
                    }
                    if (!stopping) {
                        process = launcher.start();
                    }
                }
            } catch (IOException | InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        String log() throws IOException {
            return Files.readString(folder.resolve("log"));
        }

        @Override
        public void close() throws InterruptedException {
            stopping = true;
            process.destroy();
            keeper.join();
            process.destroy();
            process.waitFor();
        }
    }
}
