package io.espalier.agent;

import io.espalier.agent.config.AgentConfig;
import io.espalier.agent.config.AgentConfig.SinkKind;
import io.espalier.agent.enrol.DamagedEnrolmentException;
import io.espalier.agent.enrol.Enroller;
import io.espalier.agent.enrol.Enrolment;
import io.espalier.agent.enrol.EnrolmentRefusedException;
import io.espalier.agent.identity.DeviceIdentity;
import io.espalier.agent.identity.DeviceTls;
import io.espalier.agent.inference.ActiveModel;
import io.espalier.agent.inference.OrtRuntime;
import io.espalier.agent.inference.ServedModel;
import io.espalier.agent.link.Backoff;
import io.espalier.agent.link.Causes;
import io.espalier.agent.link.Connections;
import io.espalier.agent.link.InsecureAddressException;
import io.espalier.agent.measure.HardwareReader;
import io.espalier.agent.measure.HostTurns;
import io.espalier.agent.metrics.AgentMetrics;
import io.espalier.agent.program.Programs;
import io.espalier.agent.replay.Replay;
import io.espalier.agent.serving.OpenInferenceServer;
import io.espalier.agent.slot.Slots;
import io.espalier.agent.state.AtomicFile;
import io.espalier.agent.state.DiskFull;
import io.espalier.agent.state.Epochs;
import io.espalier.agent.state.StateDirectory;
import io.espalier.agent.state.StateUnusableException;
import io.espalier.agent.state.Steps;
import io.espalier.agent.telemetry.Spool;
import io.espalier.agent.telemetry.TelemetryRecorder;
import io.espalier.agent.trial.LeftoverTrial;
import io.espalier.agent.trial.TrialAttempts;
import io.espalier.agent.trust.DeviceTrust;
import io.espalier.agent.trust.TrustedTime;
import io.espalier.proto.v1.Event;
import java.io.IOException;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that runs in the process. What works without a network (the model of the active slot, the inference port,
 * replay, the spool) is up before anything is looked for on the network.
 */
final class Agent {
    /** Of the jar; classes that were never put into one are of no version. */
    static final String VERSION =
            Objects.requireNonNullElse(Agent.class.getPackage().getImplementationVersion(), "development");

    /** It cannot be earlier, whatever the clock says. */
    static final Instant BUILT = Instant.parse("2026-11-01T00:00:00Z");

    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    private final AgentConfig config;
    private final StateDirectory state;
    private final Clock clock;
    private final Workers workers;
    private final ActiveModel active = new ActiveModel();
    private final Connections connections;
    private final Epochs epochs;
    private final HostTurns turns;
    private final OrtRuntime runtime;
    private final TrustedTime time;
    private final DeviceTrust trust;
    private final DeviceIdentity identity;
    private final DeviceTls tls;
    private final Slots slots;
    private final TrialAttempts attempts;
    private final TelemetryRecorder telemetry;
    private final Spool spool;
    private final OpenInferenceServer server;
    private final Optional<ServedModel> restored;

    private Agent(
            AgentConfig config,
            StateDirectory state,
            Clock clock,
            CompletableFuture<ExitCode> end,
            AtomicReference<Runnable> takeBack)
            throws IOException, BadSettingException {
        this.config = config;
        this.state = state;
        this.clock = clock;
        connections = new Connections(Connections.MQTT, CloudSide.peerOf(config.telemetrySink()));
        workers = new Workers(() -> end.complete(ExitCode.FAILED));
        epochs = new Epochs(state.file("epoch"), clock);
        turns = new HostTurns(config.hostLock());
        runtime = OrtRuntime.start(state.folder("native"), config.threads(), config.simulateSlowdown());
        time = new TrustedTime(BUILT, clock, System::nanoTime, new SecureRandom());
        trust = DeviceTrust.open(
                config.deviceId(),
                state.file("trust.pb"),
                Steps.UNWATCHED,
                time,
                new HardwareReader(Path.of("/"), state.file(""))
                        .hardwareClass(config.simulateSlowdown())
                        .name());
        identity = DeviceIdentity.at(
                config.deviceId(),
                state.file("device.key"),
                state.file("device.pem"),
                Steps.UNWATCHED,
                new SecureRandom());
        tls = new DeviceTls(identity, config.authority(), time);
        beginTrustAgain();
        slots = new Slots(
                state.folder("slots"), state.file("active"), state.file("refused.pb"), Steps.UNWATCHED, trust::vouch);
        attempts = new TrialAttempts(state.file("trying"));
        spool = Spool.open(
                state.folder("spool"), new Spool.Limits(config.spoolMaxBytes(), config.spoolMaxAge()), epochs, clock);
        telemetry = new TelemetryRecorder(config.deviceId(), spool, clock);
        restored = new Restoration(slots, runtime::load, active, telemetry, program(), takeBack).restore();
        judgeLeftoverTrial();
        server = serve();
    }

    /** For a process that nobody ends while it starts. */
    static Agent start(AgentConfig config, StateDirectory state, Clock clock, CompletableFuture<ExitCode> end)
            throws IOException, BadSettingException {
        return start(config, state, clock, end, new AtomicReference<>(Restoration.NOTHING));
    }

    /** {@code takeBack} is to be run where the process is ended by order before this returns. */
    static Agent start(
            AgentConfig config,
            StateDirectory state,
            Clock clock,
            CompletableFuture<ExitCode> end,
            AtomicReference<Runnable> takeBack)
            throws IOException, BadSettingException {
        if (config.claimToken().isEmpty() && !Files.exists(state.file("enrolment.json"))) {
            throw new BadSettingException(
                    "This device is not enrolled and claim.bundle is missing: set claim.bundle to the"
                            + " line that the controller's operator gets with POST /api/v1/claim-tokens");
        }
        Agent agent = new Agent(config, state, clock, end, takeBack);
        agent.workers.every("window", config.telemetryWindow(), agent.telemetry::roll);
        if (config.replaySource().isPresent()) {
            agent.workers.start(
                    "replay",
                    new Replay(
                            config.replaySource().get(),
                            agent.active,
                            agent.telemetry,
                            agent.turns,
                            config.replayBatch(),
                            config.replayInterval()));
        }
        agent.telemetry.event(
                Event.Kind.KIND_STARTED, "agent " + VERSION + " started", Map.of("agentVersion", VERSION));
        state.damage().ifPresent(damage -> {
            LOG.error("{}", damage);
            agent.telemetry.event(Event.Kind.KIND_ERROR, damage, Map.of());
        });
        agent.workers.start("cloud", () -> agent.reachTheCloud(end));
        return agent;
    }

    private static Restoration.Program program() {
        Optional<Programs> programs = Programs.ofThisProcess();
        String artifact =
                programs.map(each -> each.report().getArtifactDigest()).orElse("");
        return new Restoration.Program(
                artifact.isEmpty() ? "installed-" + VERSION : artifact,
                programs.map(Programs::isOnTrial).orElse(false));
    }

    /** What was learned may be damaged or not readable; what enrolment gave is still enough for the model that serves. */
    private void beginTrustAgain() {
        try {
            Optional<Enrolment> stored = enroller().stored();
            if (stored.isPresent()) {
                stored.get().begin(trust);
            }
        } catch (IOException e) {
            LOG.debug("said again where the cloud is looked for: {}", e.getMessage());
        }
    }

    private void judgeLeftoverTrial() {
        try {
            LeftoverTrial.judge(attempts, slots).ifPresent(refusal -> {
                LOG.error("refused {}: {}", refusal.getArtifactDigest(), refusal.getDetail());
                telemetry.event(
                        Event.Kind.KIND_REFUSED,
                        refusal.getDetail(),
                        Map.of("artifact", refusal.getArtifactDigest(), "deployment", refusal.getDeploymentId()));
            });
        } catch (IOException e) {
            LOG.warn("cannot judge the trial that an earlier run died in ({}): it stays on record", Causes.inShort(e));
        }
    }

    private OpenInferenceServer serve() throws IOException, BadSettingException {
        try {
            OpenInferenceServer started = OpenInferenceServer.start(
                    config.servePort(),
                    active,
                    telemetry,
                    new AgentMetrics(VERSION, active, telemetry, spool, connections),
                    VERSION);
            tell(started.port());
            return started;
        } catch (BindException e) {
            throw new PortTakenException("Port " + config.servePort() + " is taken (" + e.getMessage()
                    + "): set serve.port to another, or to 0 for any free one");
        }
    }

    private void tell(int port) {
        LOG.info("answers on http://127.0.0.1:{}/v2", port);
        try {
            AtomicFile.at(state.file("serve.port")).write(Integer.toString(port).getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            LOG.warn("cannot write the port to {}: {}", state.file("serve.port"), Causes.inShort(e));
        }
    }

    private void reachTheCloud(CompletableFuture<ExitCode> end) {
        try {
            startCloudSide(end);
        } catch (EnrolmentRefusedException e) {
            goOnOrEnd(e, ExitCode.ENROLMENT_REFUSED, end);
        } catch (InsecureAddressException e) {
            goOnOrEnd(e, ExitCode.BAD_CONFIGURATION, end);
        } catch (DamagedEnrolmentException e) {
            LOG.error("{}", e.getMessage());
            end.complete(ExitCode.STATE_UNUSABLE);
        } catch (IOException e) {
            if (!Thread.currentThread().isInterrupted()) {
                LOG.error("{}", StateUnusableException.of(config.stateDir(), e).getMessage());
                end.complete(ExitCode.STATE_UNUSABLE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * No supervisor starts it again after these codes, and with the process a model that serves would be gone. A program on trial is
     * started again, and soon the one before it.
     */
    private void goOnOrEnd(Exception why, ExitCode code, CompletableFuture<ExitCode> end) {
        LOG.error("{}", why.getMessage());
        if (restored.isEmpty() || program().isOnTrial()) {
            end.complete(code);
        } else {
            LOG.error("The model goes on serving without the controller. Mend this, then start the agent again");
        }
    }

    /** What serves goes on serving, whatever is wrong with the disk; the rest waits until that is mended. */
    private void startCloudSide(CompletableFuture<ExitCode> end)
            throws IOException, EnrolmentRefusedException, InsecureAddressException, InterruptedException {
        Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30), new SplittableRandom());
        while (true) {
            try {
                new CloudSide(
                                config,
                                state,
                                clock,
                                enrolment(),
                                runtime,
                                turns,
                                slots,
                                attempts,
                                active,
                                telemetry,
                                spool,
                                connections,
                                epochs,
                                trust,
                                time,
                                identity,
                                tls,
                                () -> end.complete(ExitCode.UPGRADING))
                        .start(workers, restored);
                return;
            } catch (IOException e) {
                if (Thread.currentThread().isInterrupted() || (restored.isEmpty() && !DiskFull.is(e))) {
                    throw e;
                }
                Duration wait = backoff.next();
                String said = e instanceof DamagedEnrolmentException
                        ? e.getMessage()
                        : StateUnusableException.of(config.stateDir(), e).getMessage();
                LOG.warn("{}. Trying again in {} s", said, Math.max(1, wait.toSeconds()));
                Thread.sleep(wait.toMillis());
            }
        }
    }

    private Enrolment enrolment()
            throws IOException, InterruptedException, EnrolmentRefusedException, InsecureAddressException {
        identity.load();
        Enroller enroller = enroller();
        Optional<Enrolment> stored = enroller.stored();
        Enrolment enrolment = stored.isPresent()
                ? stored.get()
                : enroller.enrol(config.claimToken().orElse(""));
        enrolment.requireSecure(config.telemetrySink() == SinkKind.KAFKA);
        enrolment.begin(trust);
        return enrolment;
    }

    private Enroller enroller() {
        return new Enroller(
                config.deviceId(),
                config.controllerUrl(),
                VERSION,
                state.file("enrolment.json"),
                state.file("nonce"),
                identity,
                tls,
                new SecureRandom());
    }

    int servePort() {
        return server.port();
    }

    /** Stops within seconds; what was measured is on disk when this returns. */
    void stop(ExitCode why) {
        workers.stop();
        server.close();
        telemetry.roll();
        active.close();
        try {
            if (why == ExitCode.STOPPED || why == ExitCode.UPGRADING) {
                attempts.end(); // A trial that was cut short by order says nothing about its model.
            }
        } catch (IOException e) {
            LOG.warn("cannot forget the trial that was cut short: {}", Causes.inShort(e));
        }
        try {
            state.close();
        } catch (IOException e) {
            LOG.warn("cannot unlock the state directory: {}", e.toString());
        }
    }
}
