package io.espalier.demo.story;

import io.espalier.demo.cloud.CloudProcesses;
import io.espalier.demo.cloud.JavaCommands;
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
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** The commands that start each process of the demo, and the files they are configured with. */
final class Processes {
    /** Short, because the story waits for it; the usual minutes would see off passing disturbances. */
    private static final Duration OBSERVATION = Duration.ofSeconds(5);

    private final Path folder;
    private final JavaCommands java;
    private final CloudProcesses cloud;

    Processes(Path project, Path folder) {
        this.folder = folder;
        this.java = new JavaCommands(project);
        this.cloud = new CloudProcesses(project, folder);
    }

    ChildSpec stack() {
        return cloud.stack();
    }

    /** Addresses of the stack that runs now. */
    Properties stackProperties() throws IOException {
        return cloud.stackProperties();
    }

    ChildSpec controller(Properties stack, int port, int agentPort, String password) {
        return cloud.controller(
                stack,
                port,
                agentPort,
                password,
                Map.of(
                        "espalier.host-lock",
                        hostLock().toString(),
                        "espalier.adaptation.observation",
                        OBSERVATION.toString()));
    }

    ChildSpec agent(DemoDevice device) {
        return new ChildSpec(
                device.id(),
                java.module(
                        "edge-agent",
                        "io.espalier.agent.AgentMain",
                        List.of("-Xmx96m"),
                        List.of("--config", agentConfig(device).toString())),
                Map.of(),
                cloud.log(device.id()),
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

    /** Labelled samples all agents replay. */
    Path replay() {
        return folder.resolve("replay.pb");
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
}
