package io.espalier.demo.story;

import io.espalier.demo.supervision.ChildSpec;
import io.espalier.demo.supervision.Readiness;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** The commands that start each process of the demo, and the files they are configured with. */
final class Processes {
    // Short-lived processes on few cores: the quick compiler and the simple collector start sooner and disturb
    // neighbours that are being timed less.
    private static final List<String> LIGHT =
            List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Xshare:auto");

    /** Seconds on a quiet machine; on a busy one the cloud, which yields, gets little of it. */
    private static final Duration LONGEST_START = Duration.ofMinutes(4);

    /** Short, because the story waits for it; the usual minutes would see off passing disturbances. */
    private static final Duration OBSERVATION = Duration.ofSeconds(5);

    private static final Path NICE = Path.of("/usr/bin/nice");

    private final Path project;
    private final Path folder;
    private final String java;

    Processes(Path project, Path folder) {
        this.project = project;
        this.folder = folder;
        this.java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    ChildSpec stack() {
        return spec(
                "stack",
                behindDevices(javaMain(
                        "local-stack",
                        "io.espalier.stack.StackMain",
                        List.of("-Xmx512m"),
                        List.of(
                                "--data",
                                folder.resolve("stack").toString(),
                                "--pki",
                                pki().toString(),
                                "--pki-passphrase",
                                pkiPassphrase().toString(),
                                "--exit-with-parent"))),
                Map.of(),
                new Readiness.Line("READY"),
                LONGEST_START,
                Duration.ofSeconds(25));
    }

    /** Addresses of the stack that runs now. */
    Properties stackProperties() throws IOException {
        Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(folder.resolve("stack/stack.properties"))) {
            properties.load(in);
        }
        return properties;
    }

    ChildSpec controller(Properties stack, int port, int agentPort, String password) {
        List<String> command = new ArrayList<>(List.of(java, "-Xmx512m"));
        command.addAll(LIGHT);
        command.addAll(List.of(
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + port,
                "-Dquarkus.http.ssl-port=" + agentPort,
                "-Dquarkus.datasource.jdbc.url=" + stack.getProperty("jdbc.url"),
                "-Dkafka.bootstrap.servers=" + stack.getProperty("kafka.bootstrap.servers"),
                "-Dkafka.security.protocol=" + stack.getProperty("kafka.security.protocol", "PLAINTEXT"),
                "-Despalier.mqtt.url=" + stack.getProperty("mqtt.url"),
                "-Despalier.pki.dir=" + pki(),
                "-Despalier.pki.passphrase-file=" + pkiPassphrase(),
                "-Despalier.data.dir=" + folder.resolve("controller"),
                "-Despalier.worker.home=" + project.resolve("model-pruning/target"),
                "-Despalier.host-lock=" + hostLock(),
                "-Despalier.adaptation.observation=" + OBSERVATION,
                "-Despalier.exit-with-parent=true",
                "-jar",
                project.resolve("cloud-controller/target/quarkus-app/quarkus-run.jar")
                        .toString()));
        Map<String, String> secrets = Map.of(
                "QUARKUS_DATASOURCE_USERNAME", stack.getProperty("jdbc.username", ""),
                "QUARKUS_DATASOURCE_PASSWORD", stack.getProperty("jdbc.password", ""),
                "ESPALIER_ADMIN_PASSWORD", password);
        return spec(
                "controller",
                behindDevices(command),
                secrets,
                new Readiness.Http(URI.create("http://127.0.0.1:" + port + "/q/health/ready")),
                LONGEST_START,
                Duration.ofSeconds(20));
    }

    ChildSpec agent(DemoDevice device) {
        return spec(
                device.id(),
                javaMain(
                        "edge-agent",
                        "io.espalier.agent.AgentMain",
                        List.of("-Xmx96m"),
                        List.of("--config", agentConfig(device).toString())),
                Map.of(),
                new Readiness.Started(),
                Duration.ofSeconds(30),
                Duration.ofSeconds(10));
    }

    /** @param claimBundle null keeps the one an earlier run has left in the file */
    void writeAgentConfig(DemoDevice device, URI controller, @Nullable String claimBundle) throws IOException {
        Path home = agentHome(device);
        Path file = agentConfig(device);
        Files.createDirectories(home);
        Properties properties = new Properties();
        if (claimBundle == null && Files.exists(file)) {
            try (InputStream in = Files.newInputStream(file)) {
                properties.load(in);
            }
        } else if (claimBundle != null) {
            properties.setProperty("claim.bundle", claimBundle);
        }
        properties.setProperty("device.id", device.id());
        properties.setProperty("controller.url", controller.toString());
        properties.setProperty("state.dir", home.resolve("state").toString());
        properties.setProperty("serve.port", "0");
        properties.setProperty("replay.source", replay().toString());
        properties.setProperty("replay.batch", "250");
        properties.setProperty("replay.interval.millis", "3000");
        properties.setProperty("telemetry.window.millis", "2000");
        properties.setProperty("simulate.slowdown", String.valueOf(device.slowdown()));
        properties.setProperty("host.lock", hostLock().toString());
        properties.setProperty("exit.with.parent", "true");
        // Whole or not at all: a token that is not yet used must not be lost.
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try (Writer out = Files.newBufferedWriter(part)) {
            properties.store(out, "Written by the demo for the device " + device.id());
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Whether it is configured and has what the servers ask of it. */
    boolean isCertified(DemoDevice device) {
        return Files.exists(agentConfig(device))
                && Files.exists(agentHome(device).resolve("state").resolve("device.pem"));
    }

    /** Makes it enrol once more. */
    void forgetEnrolment(DemoDevice device) throws IOException {
        Files.deleteIfExists(agentHome(device).resolve("state").resolve("enrolment.json"));
    }

    /** The authority of the servers and the devices. */
    private Path pki() {
        return folder.resolve("pki");
    }

    private Path pkiPassphrase() {
        return folder.resolve("controller").resolve("keys").resolve("pki.passphrase");
    }

    /** Labelled samples all agents replay. */
    Path replay() {
        return folder.resolve("replay.pb");
    }

    Path log(String name) {
        return folder.resolve("logs").resolve(name + ".log");
    }

    private Path agentConfig(DemoDevice device) {
        return agentHome(device).resolve("agent.properties");
    }

    private Path agentHome(DemoDevice device) {
        return folder.resolve("agents").resolve(device.id());
    }

    private Path hostLock() {
        return folder.resolve("host.lock");
    }

    /**
     * A true device does not share its cores with the cloud; where they must share, the cloud, its workers included,
     * yields.
     */
    private static List<String> behindDevices(List<String> command) {
        if (!Files.isExecutable(NICE)) {
            return command;
        }
        List<String> nicer = new ArrayList<>(List.of(NICE.toString(), "-n", "10"));
        nicer.addAll(command);
        return nicer;
    }

    private List<String> javaMain(String module, String main, List<String> options, List<String> arguments) {
        Path target = project.resolve(module).resolve("target");
        List<String> command = new ArrayList<>(List.of(java));
        command.addAll(options);
        command.addAll(LIGHT);
        command.addAll(List.of("-cp", target.resolve(module + ".jar") + ":" + target.resolve("lib") + "/*", main));
        command.addAll(arguments);
        return command;
    }

    private ChildSpec spec(
            String name,
            List<String> command,
            Map<String, String> environment,
            Readiness readiness,
            Duration startLimit,
            Duration stopLimit) {
        return new ChildSpec(name, command, environment, log(name), readiness, startLimit, stopLimit);
    }
}
