package io.espalier.faults.device;

import io.espalier.agent.toys.ToyArtifact;
import io.espalier.agent.toys.ToyCloud;
import io.espalier.agent.toys.ToyModels;
import io.espalier.faults.disk.FaultPlan;
import io.espalier.host.Folders;
import io.espalier.proto.DeviceId;
import io.espalier.proto.v1.AgentAssignment;
import io.espalier.proto.v1.AgentPhase;
import io.espalier.proto.v1.Desired;
import io.espalier.proto.v1.Event;
import io.espalier.proto.v1.ModelAssignment;
import io.espalier.proto.v1.ProgramReport;
import io.espalier.proto.v1.Reported;
import io.espalier.proto.v1.TrialReport;
import io.espalier.proto.v1.TrialReport.Outcome;
import io.espalier.stack.Endpoints;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** One device, its folder, its cloud and its telemetry. For one thread. */
public final class Device implements AutoCloseable {
    /** Generous: the machine may be busy with another case. */
    public static final Duration PATIENCE = Duration.ofSeconds(120);

    private static final Duration SERVES_SOON = Duration.ofSeconds(60);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);
    /** So small that a toy model has more of them than are asked for at a time. */
    private static final int CHUNK_BYTES = 32;

    private static final AtomicLong DEPLOYMENTS = new AtomicLong();

    private final BuiltAgent built;
    private final Path folder;
    private final ToyCloud cloud;
    private final TelemetryBooks books;
    private final InferencePort inference;
    private final Map<String, String> settings = new HashMap<>();
    private String deployment = "";
    private Desired.Builder desired = Desired.newBuilder();
    private Reported asDesired = Reported.getDefaultInstance();

    private Device(BuiltAgent built, Path folder, ToyCloud cloud, TelemetryBooks books, DeviceId id)
            throws IOException {
        this.built = built;
        this.folder = folder;
        this.cloud = cloud;
        this.books = books;
        int port = freePort();
        this.inference = new InferencePort(port);
        Files.write(folder.resolve("replay.pb"), ToyModels.labelled().toByteArray());
        settings.putAll(Map.of(
                "device.id", id.value(),
                "controller.url", cloud.url(),
                "claim.token", "good-token",
                "state.dir", state().toString(),
                "serve.port", Integer.toString(port),
                "replay.source", folder.resolve("replay.pb").toString(),
                "replay.interval.millis", "50",
                "replay.batch", "4",
                "telemetry.window.millis", "200"));
    }

    /**
     * A device that has never run.
     *
     * @param mqttUrl where it is told to find the broker, and {@code kafka} where Kafka
     */
    public static Device fresh(BuiltAgent built, Path folder, Endpoints endpoints, String mqttUrl, String kafka)
            throws Exception {
        DeviceId id = new DeviceId("faults-" + UUID.randomUUID());
        Files.createDirectories(folder);
        return new Device(
                built,
                folder,
                ToyCloud.start(id, endpoints.mqttUrl(), mqttUrl, kafka),
                new TelemetryBooks(endpoints.kafkaBootstrapServers(), id),
                id);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    public ToyCloud cloud() {
        return cloud;
    }

    public Path state() {
        return folder.resolve("state");
    }

    public void set(String key, String value) {
        settings.put(key, value);
    }

    /** The toy model of this factor, in small chunks. */
    public static ToyArtifact model(float factor) {
        return ToyArtifact.model(factor, CHUNK_BYTES);
    }

    public static ToyArtifact suite() {
        return ToyArtifact.suite(CHUNK_BYTES);
    }

    /** Publishes the artifact and makes it what the device is to serve. */
    public void desire(ToyArtifact model) throws Exception {
        cloud.publish(model);
        desireUnpublished(model, Desired.newBuilder());
    }

    /** Makes it what the device is to serve, beside what is in {@code rest}. */
    public void desireUnpublished(ToyArtifact model, Desired.Builder rest) throws Exception {
        desire(model, rest, assignment -> assignment.setUnconditional(true));
    }

    /** Makes it what the device is to serve, on other terms than the usual. */
    public void desire(ToyArtifact model, Desired.Builder rest, UnaryOperator<ModelAssignment.Builder> terms)
            throws Exception {
        deployment = "d" + DEPLOYMENTS.incrementAndGet();
        desired = rest.setModel(terms.apply(ModelAssignment.newBuilder()
                .setDeploymentId(deployment)
                .setArtifactDigest(model.digest().hex())
                .setVariantDigest(model.variantDigest())
                .setTrialSamples(100)));
        cloud.desire(desired);
    }

    /** Makes it also the program that the agent is to become; the model is desired as before. */
    public void desireAlso(ToyArtifact program) throws Exception {
        cloud.desire(desired.setAgent(
                AgentAssignment.newBuilder().setArtifactDigest(program.digest().hex())));
    }

    /** Starts the agent on a sound disk. */
    public AgentJvm start() throws IOException {
        return AgentJvm.start(built, folder, settings, Optional.empty());
    }

    /** Has the launcher meet another tool of that name than the system's. */
    public void replaceTool(String name, String script) throws IOException {
        Path tool = Files.createDirectories(folder.resolve(AgentJvm.TOOLS)).resolve(name);
        Files.writeString(tool, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Starts the agent under its launcher, which is started again whenever it ends. */
    public AgentJvm startSupervised() throws IOException {
        return AgentJvm.startSupervised(built, folder, settings, Optional.empty());
    }

    /** Likewise, on a disk that fails as planned: once, however often it is started. */
    public AgentJvm startSupervised(FaultPlan plan) throws IOException {
        return AgentJvm.startSupervised(built, folder, settings, Optional.of(plan));
    }

    /** Starts the agent on a disk that fails as planned. */
    public AgentJvm start(FaultPlan plan) throws IOException {
        return AgentJvm.start(built, folder, settings, Optional.of(plan));
    }

    /** Forgets the telemetry up to now. */
    public void openBooks() {
        books.open();
    }

    /** The factor of the model that answers now; empty where none does. */
    public OptionalDouble served() throws InterruptedException {
        return inference.factor();
    }

    /** Waits until a model answers; throws where it is none of these, or the agent ends. */
    public double awaitServed(AgentJvm agent, float... allowed) throws InterruptedException {
        long deadline = System.nanoTime() + SERVES_SOON.toNanos();
        while (System.nanoTime() < deadline) {
            OptionalDouble factor = served();
            if (factor.isPresent()) {
                requireOneOf(factor.getAsDouble(), allowed);
                return factor.getAsDouble();
            }
            if (!agent.isAlive()) {
                throw new IllegalStateException("the agent ended with code " + agent.awaitExit(PATIENCE)
                        + " instead of serving; its log is " + log());
            }
            TimeUnit.MILLISECONDS.sleep(BETWEEN_LOOKS.toMillis());
        }
        throw new IllegalStateException(
                "no model answers after " + SERVES_SOON.toSeconds() + " s; the log is " + log());
    }

    /** Waits until one model answers in place of another, with no other and no gap between. */
    public void awaitSwitch(AgentJvm agent, float from, float to) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (Math.abs(awaitServed(agent, from, to) - to) > 1e-4) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the model before answers still after " + PATIENCE.toSeconds() + " s");
            }
            TimeUnit.MILLISECONDS.sleep(BETWEEN_LOOKS.toMillis());
        }
    }

    private static void requireOneOf(double factor, float... allowed) {
        for (float each : allowed) {
            if (Math.abs(factor - each) < 1e-4) {
                return;
            }
        }
        throw new IllegalStateException("a model of factor " + factor + " answers, which this device was not given");
    }

    /** Waits until the device says how the trial of what is desired ended. */
    public TrialReport awaitTrial(AgentJvm agent) throws Exception {
        return cloud.awaitReported(each -> each.getTrial().getDeploymentId().equals(deployment), agent::isAlive)
                .getTrial();
    }

    /** Waits until the device says that it runs this program or has given it up. */
    public ProgramReport awaitProgramDecided(AgentJvm agent, ToyArtifact program) throws Exception {
        String digest = program.digest().hex();
        Predicate<Reported> decided =
                each -> each.getProgram().getArtifactDigest().equals(digest)
                        || each.getProgram().getRefusedDigest().equals(digest);
        // A device that has nothing new to say does not repeat itself.
        return (decided.test(asDesired) ? asDesired : cloud.awaitReported(decided, agent::isAlive)).getProgram();
    }

    /** Waits until the device works on what is desired. */
    public void awaitPhase(AgentJvm agent, AgentPhase phase) throws Exception {
        cloud.awaitReported(each -> each.getPhase() == phase, agent::isAlive);
    }

    /** Waits until the device has said so for good. */
    public void awaitEvent(Event.Kind kind) {
        books.awaitEvent(kind);
    }

    /** Waits until the device says that it serves what is desired; then an inference and its telemetry have to agree. */
    public void requireAsDesired(AgentJvm agent, ToyArtifact model, float factor) throws Exception {
        Reported report = cloud.awaitReported(
                each -> each.getTrial().getDeploymentId().equals(deployment)
                        && each.getActiveArtifactDigest().equals(model.digest().hex()),
                agent::isAlive);
        asDesired = report;
        if (report.getTrial().getOutcome() != Outcome.OUTCOME_ACCEPTED) {
            throw new IllegalStateException("the report is " + report.getTrial());
        }
        awaitServed(agent, factor);
        books.awaitTelemetryOf(model.variantDigest());
    }

    /** Stops the agent, as an operator would, and looks whether all telemetry is there. */
    public void requireCleanEnd(AgentJvm agent) throws InterruptedException {
        books.requireComplete();
        int code = agent.stop();
        if (code != 0) {
            throw new IllegalStateException("the agent stopped with code " + code + "; its log is " + log());
        }
    }

    /** Throws where the broker ended a connection that nothing was wrong with. */
    public void requireNeverCutOff() throws IOException {
        if (Files.readString(log()).contains("cannot reach the MQTT broker")) {
            throw new IllegalStateException("the broker ended a sound connection; the log is " + log());
        }
    }

    /** Throws where the controller had to serve what the broker has. */
    public void requireNoChunkOverHttp() {
        List<String> asked = cloud.chunksAskedOverHttp();
        if (!asked.isEmpty()) {
            throw new IllegalStateException(
                    asked.size() + " chunks were asked for over HTTP, the first of them " + asked.get(0));
        }
    }

    public Path log() {
        return folder.resolve("agent.log");
    }

    /** Puts the device back to a state that was saved. */
    public void restore(Path saved) throws IOException {
        Folders.delete(state());
        copy(saved, state());
    }

    public void save(Path saved) throws IOException {
        Folders.delete(saved);
        copy(state(), saved);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.toList()) {
                Files.copy(each, to.resolve(from.relativize(each)));
            }
        }
    }

    /** Removes what it has on disk, but its log. */
    public void forget() throws IOException {
        Folders.delete(state());
    }

    @Override
    public void close() throws Exception {
        books.close();
        cloud.close();
    }
}
