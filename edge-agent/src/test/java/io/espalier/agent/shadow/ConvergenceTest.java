package io.espalier.agent.shadow;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.espalier.agent.delivery.BrokerlessFetcher;
import io.espalier.agent.inference.ActiveModel;
import io.espalier.agent.inference.OrtRuntime;
import io.espalier.agent.link.Backoff;
import io.espalier.agent.link.SecureContext;
import io.espalier.agent.measure.HardwareReader;
import io.espalier.agent.measure.HostTurns;
import io.espalier.agent.measure.ProfileStore;
import io.espalier.agent.program.Programs;
import io.espalier.agent.slot.Slots;
import io.espalier.agent.state.Epochs;
import io.espalier.agent.state.Steps;
import io.espalier.agent.telemetry.Spool;
import io.espalier.agent.telemetry.TelemetryRecorder;
import io.espalier.agent.toys.ManualClock;
import io.espalier.agent.toys.ToyArtifact;
import io.espalier.agent.toys.ToyArtifactServer;
import io.espalier.agent.toys.ToyAuthority;
import io.espalier.agent.toys.ToyRuntime;
import io.espalier.agent.toys.ToyTrust;
import io.espalier.agent.trial.Preflight;
import io.espalier.agent.trial.Trial;
import io.espalier.agent.trial.TrialAttempts;
import io.espalier.agent.trust.DeviceTrust;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Topics.DeviceChannel;
import io.espalier.proto.v1.AgentAssignment;
import io.espalier.proto.v1.Desired;
import io.espalier.proto.v1.DeviceProfile;
import io.espalier.proto.v1.ModelAssignment;
import io.espalier.proto.v1.Reported;
import io.espalier.proto.v1.TrialReport.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A device whose artifacts come over HTTP: there is no broker at the address its fetcher is given. */
class ConvergenceTest {
    private static final DeviceId DEVICE = new DeviceId("d");

    @TempDir
    Path folder;

    private final ManualClock clock = new ManualClock(1_000);
    private final ActiveModel active = new ActiveModel();
    private final BlockingQueue<Reported> reports = new LinkedBlockingQueue<>();
    private final BlockingQueue<DeviceProfile> profiles = new LinkedBlockingQueue<>();
    private final ToyArtifact model = ToyArtifact.model(1, 64);
    private final ToyArtifact suite = ToyArtifact.suite(64);
    private ToyArtifactServer http;
    private Convergence convergence;
    private Thread worker;
    private volatile int renewals;
    private final BlockingQueue<String> restarts = new LinkedBlockingQueue<>();
    private Programs programs;

    @BeforeEach
    void start() throws Exception {
        http = ToyArtifactServer.start();
        OrtRuntime runtime = ToyRuntime.trueSpeed();
        HostTurns turns = new HostTurns(Optional.empty());
        Spool spool = Spool.open(
                made("spool"),
                new Spool.Limits(1 << 20, Duration.ofHours(1)),
                new Epochs(folder.resolve("epoch"), clock),
                clock);
        TelemetryRecorder telemetry = new TelemetryRecorder(DEVICE, spool, clock);
        DeviceTrust trust = ToyTrust.of(folder.resolve("trust.pb"), DEVICE, clock);
        Slots slots = new Slots(
                made("slots"), folder.resolve("active"), folder.resolve("refused.pb"), Steps.UNWATCHED, trust::vouch);
        programs = new Programs(made("program"), folder.resolve("installed"), Steps.UNWATCHED);
        convergence = new Convergence(
                trust,
                new Measuring(
                        DEVICE,
                        1,
                        runtime,
                        turns,
                        new HardwareReader(folder, folder),
                        new ProfileStore(made("profiles")),
                        telemetry,
                        clock),
                new Deploying(
                        slots,
                        new Trial(runtime, turns, staged -> new Preflight.Outlived(), 1e-3, () -> {}),
                        new TrialAttempts(folder.resolve("trying")),
                        trust,
                        active,
                        telemetry,
                        ""),
                new Upgrading(Optional.of(programs), trust, "toy64", () -> restarts.add("restart")),
                BrokerlessFetcher.of(http.url(), SecureContext.NONE, made("staging"), trust::accept),
                new Reporter(this::published, clock, Reported.getDefaultInstance()),
                this::published,
                telemetry,
                () -> renewals++,
                new Backoff(Duration.ofMillis(5), Duration.ofMillis(20), new SplittableRandom(1)));
        worker = new Thread(convergence);
        worker.start();
    }

    @AfterEach
    void stop() throws Exception {
        while (worker.isAlive()) {
            worker.interrupt(); // The MQTT client swallows one now and then.
            worker.join(20);
        }
        active.close();
        http.close();
    }

    @Test
    void asksAgainForWhatItCouldNotKeep() throws Exception {
        http.hold(model).hold(suite);
        Path blocked = Files.createDirectories(folder.resolve("trust.pb.tmp/blocked"));

        desire(1);
        convergence.renewWhatWasRefused();
        assertThat(renewals).isEqualTo(1);
        Files.delete(blocked);
        Files.delete(blocked.getParent());
        desire(1);

        assertThat(awaitOutcome()).isEqualTo(Outcome.OUTCOME_ACCEPTED);
        convergence.renewWhatWasRefused();
        assertThat(renewals).isEqualTo(1);
    }

    @Test
    void servesItsModelThoughASuiteIsMissingAndMeasuresItWhenItComes() throws Exception {
        http.hold(model);
        desire(1);

        assertThat(awaitOutcome()).isEqualTo(Outcome.OUTCOME_ACCEPTED);
        assertThat(awaitDetail("404").getActiveArtifactDigest())
                .isEqualTo(model.digest().hex());

        http.hold(suite);
        DeviceProfile profile = take(profiles);
        assertThat(profile.getSuiteDigest()).isEqualTo(suite.digest().hex());
        assertThat(profile.getTimingsCount()).isEqualTo(2);
    }

    @Test
    void doesNothingTwice() throws Exception {
        http.hold(model).hold(suite);
        desire(1);
        take(profiles);
        int requests = http.requests().size();

        desire(2);
        while (take(reports).getDesiredVersion() < 2) {}
        convergence.publishAll();

        assertThat(take(profiles).getSequence()).isEqualTo(1);
        assertThat(http.requests()).hasSize(requests);
    }

    @Test
    void forgetsADownloadThatIsNoLongerDesiredThoughSomethingElseIsInTheWay() throws Exception {
        http.put(model, "manifest", model.release());
        desire(1);
        awaitDetail("404");
        Path abandoned = folder.resolve("staging").resolve(model.digest().hex());
        assertThat(abandoned).isDirectory();
        Files.createFile(abandoned.resolve("probes.pb"));

        convergence.desired(signed(Desired.newBuilder().setVersion(2).addMeasure("no digest")));
        awaitDetail("no digest");

        assertThat(abandoned).doesNotExist();
    }

    @Test
    void speaksOnThoughAProfileCannotBeRead() throws Exception {
        Files.createDirectory(folder.resolve("profiles/unreadable.pb"));

        convergence.publishAll();

        assertThat(take(reports).getSequence()).isPositive();
    }

    @Test
    void survivesADesiredStateThatMakesNoSense() throws Exception {
        convergence.desired(new byte[] {1, 2, 3});
        convergence.desired(signed(Desired.newBuilder().setVersion(1).addMeasure("no digest")));
        awaitDetail("no digest");

        http.hold(model).hold(suite);
        desire(2);

        assertThat(awaitOutcome()).isEqualTo(Outcome.OUTCOME_ACCEPTED);
    }

    /** Of an agent that says nothing, a controller thinks that it cannot be upgraded. */
    @Test
    void saysThatItIsTheInstalledProgramBeforeItWasEverUpgraded() throws Exception {
        convergence.publishAll();

        assertThat(take(reports).hasProgram()).isTrue();
    }

    @Test
    void asksForARestartOnceAnAgentForItsProcessorWaitsInASlot() throws Exception {
        ToyArtifact agent = ToyArtifact.agent("toy64", new byte[3000]);
        http.hold(agent);

        desireAgent(1, agent);

        assertThat(restarts.poll(1, TimeUnit.MINUTES)).isEqualTo("restart");
        assertThat(folder.resolve("program/next")).hasContent("a " + agent.digest());
        assertThat(folder.resolve("program/a/edge-agent.jar")).hasBinaryContent(new byte[3000]);
    }

    @Test
    void refusesAnAgentForAnotherProcessorAndFetchesItOnce() throws Exception {
        ToyArtifact agent = ToyArtifact.agent("other64", new byte[3000]);
        http.hold(agent);

        desireAgent(1, agent);
        Reported report = take(reports);
        while (report.getProgram().getRefusedDigest().isEmpty()) {
            report = take(reports);
        }
        int requests = http.requests().size();
        desireAgent(2, agent);
        while (take(reports).getDesiredVersion() < 2) {}
        desireAgent(3, agent);
        while (take(reports).getDesiredVersion() < 3) {}

        assertThat(report.getProgram().getRefusedDigest())
                .isEqualTo(agent.digest().hex());
        assertThat(report.getProgram().getRefusedWhy()).contains("other64", "toy64");
        assertThat(http.requests()).hasSize(requests);
        assertThat(restarts).isEmpty();
    }

    private void desireAgent(long version, ToyArtifact agent) {
        convergence.desired(signed(Desired.newBuilder()
                .setVersion(version)
                .setAgent(AgentAssignment.newBuilder()
                        .setArtifactDigest(agent.digest().hex()))));
    }

    private void desire(long version) {
        convergence.desired(signed(Desired.newBuilder()
                .setVersion(version)
                .addMeasure(suite.digest().hex())
                .setModel(ModelAssignment.newBuilder()
                        .setDeploymentId("d1")
                        .setArtifactDigest(model.digest().hex())
                        .setTrialSamples(100))));
    }

    private static byte[] signed(Desired.Builder desired) {
        return ToyAuthority.USUAL.assignment(desired.setDeviceId(DEVICE.value()).build());
    }

    private Outcome awaitOutcome() throws Exception {
        Reported report = take(reports);
        while (!report.hasTrial()) {
            report = take(reports);
        }
        return report.getTrial().getOutcome();
    }

    private Reported awaitDetail(String part) throws Exception {
        Reported report = take(reports);
        while (!report.getDetail().contains(part)) {
            report = take(reports);
        }
        return report;
    }

    private static <T> T take(BlockingQueue<T> queue) throws Exception {
        T next = queue.poll(60, TimeUnit.SECONDS);
        assertThat(next).as("what the device says within a minute").isNotNull();
        return Objects.requireNonNull(next);
    }

    private void published(DeviceChannel channel, byte[] payload, boolean retained) {
        try {
            if (channel == DeviceChannel.PROFILE) {
                profiles.add(DeviceProfile.parseFrom(payload));
            } else {
                reports.add(Reported.parseFrom(payload));
            }
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path made(String name) throws Exception {
        return Files.createDirectory(folder.resolve(name));
    }
}
