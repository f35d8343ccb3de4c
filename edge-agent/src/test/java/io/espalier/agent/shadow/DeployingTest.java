package io.espalier.agent.shadow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import io.espalier.agent.delivery.ArtifactFetcher;
import io.espalier.agent.delivery.BrokerlessFetcher;
import io.espalier.agent.inference.ActiveModel;
import io.espalier.agent.link.SecureContext;
import io.espalier.agent.measure.HostTurns;
import io.espalier.agent.slot.Slots;
import io.espalier.agent.slot.StoredModel;
import io.espalier.agent.state.Epochs;
import io.espalier.agent.state.Steps;
import io.espalier.agent.telemetry.Spool;
import io.espalier.agent.telemetry.TelemetryRecorder;
import io.espalier.agent.toys.ManualClock;
import io.espalier.agent.toys.ToyArtifact;
import io.espalier.agent.toys.ToyArtifactServer;
import io.espalier.agent.toys.ToyAuthority;
import io.espalier.agent.toys.ToyModels;
import io.espalier.agent.toys.ToyRuntime;
import io.espalier.agent.toys.ToyTrust;
import io.espalier.agent.trial.Preflight;
import io.espalier.agent.trial.Trial;
import io.espalier.agent.trial.TrialAttempt;
import io.espalier.agent.trial.TrialAttempts;
import io.espalier.agent.trust.DeviceTrust;
import io.espalier.proto.DeviceId;
import io.espalier.proto.v1.AgentPhase;
import io.espalier.proto.v1.Assignment;
import io.espalier.proto.v1.Budget;
import io.espalier.proto.v1.Desired;
import io.espalier.proto.v1.ModelAssignment;
import io.espalier.proto.v1.Reported;
import io.espalier.proto.v1.TrialReport.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deployments over HTTP: there is no broker at the address the fetcher is given. */
class DeployingTest {
    @TempDir
    Path folder;

    private final ManualClock clock = new ManualClock(1_000);
    private final ActiveModel active = new ActiveModel();
    private final List<Reported> reports = new ArrayList<>();
    private final Wish wish = new Wish();
    private final List<TrialAttempt> onRecordWhenTrying = new ArrayList<>();
    private final ToyArtifact first = ToyArtifact.model(1, 64);
    private final ToyArtifact second = ToyArtifact.model(2, 64);
    private ToyArtifactServer http;
    private long desiredVersion;
    private Runnable whenTrying = () -> {};
    private DeviceTrust trust;
    private Slots slots;
    private TrialAttempts attempts;
    private Preflight preflight = staged -> new Preflight.Outlived();
    private Trial.Pause pause = () -> {};
    private Reporter reporter;
    private ArtifactFetcher fetcher;
    private TelemetryRecorder telemetry;

    @BeforeEach
    void start() throws Exception {
        http = ToyArtifactServer.start();
        trust = ToyTrust.of(folder.resolve("trust.pb"), new DeviceId("d"), clock);
        slots = slots();
        attempts = new TrialAttempts(folder.resolve("trying"));
        reporter = new Reporter(
                (channel, payload, retained) -> published(parse(payload)), clock, Reported.getDefaultInstance());
        fetcher = BrokerlessFetcher.of(
                http.url(), SecureContext.NONE, Files.createDirectory(folder.resolve("staging")), trust::accept);
        Spool spool = Spool.open(
                Files.createDirectory(folder.resolve("spool")),
                new Spool.Limits(1 << 20, Duration.ofHours(1)),
                new Epochs(folder.resolve("epoch"), clock),
                clock);
        telemetry = new TelemetryRecorder(new DeviceId("d"), spool, clock);
    }

    @AfterEach
    void stop() {
        active.close();
        http.close();
    }

    @Test
    void switchesAndReportsOnce() throws Exception {
        http.hold(first);
        Deploying deploying = deploying("");

        assertThat(deploy(deploying, assignment("d1", first).build())).isEmpty();

        assertThat(deploying.isDecided(assignment("d1", first).build())).isTrue();
        assertThat(serving()).isEqualTo(first.digest().hex());
        assertThat(last().getTrial().getOutcome()).isEqualTo(Outcome.OUTCOME_ACCEPTED);
        assertThat(last().getPhase()).isEqualTo(AgentPhase.AGENT_PHASE_SERVING);
        assertThat(reports).extracting(Reported::getSequence).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void keepsTheOldModelWhenTheNewOneIsTooSlow() throws Exception {
        http.hold(first).hold(second);
        Deploying deploying = deploying("");
        deploy(deploying, assignment("d1", first).build());

        String obstacle = deploy(
                deploying,
                assignment("d2", second)
                        .setBudget(Budget.newBuilder().setLatencyP95Micros(1e-3))
                        .build());

        assertThat(obstacle).isEmpty();
        assertThat(serving()).isEqualTo(first.digest().hex());
        assertThat(last().getTrial().getOutcome()).isEqualTo(Outcome.OUTCOME_TOO_SLOW);
        assertThat(slots.latestTrial().orElseThrow().getDeploymentId()).isEqualTo("d2");
    }

    @Test
    void goesBackToTheOtherSlotWithoutFetching() throws Exception {
        http.hold(first).hold(second);
        Deploying deploying = deploying("");
        deploy(deploying, assignment("d1", first).build());
        deploy(deploying, assignment("d2", second).build());
        int requests = http.requests().size();

        deploy(deploying, assignment("d3", first).build());

        assertThat(serving()).isEqualTo(first.digest().hex());
        assertThat(http.requests()).hasSize(requests);
    }

    @Test
    void refusesAVariantThatWasNotAssigned() throws Exception {
        http.hold(first);

        deploy(
                deploying(""),
                assignment("d1", first).setVariantDigest("0".repeat(64)).build());

        assertThat(last().getTrial().getOutcome()).isEqualTo(Outcome.OUTCOME_CORRUPT);
        assertThat(last().getTrial().getDetail()).contains("assigned is 000");
    }

    @Test
    void refusesAnArtifactOfAnotherKind() throws Exception {
        ToyArtifact suite = ToyArtifact.suite(64);
        http.hold(suite);

        deploy(deploying(""), assignment("d1", suite).build());

        assertThat(last().getTrial().getOutcome()).isEqualTo(Outcome.OUTCOME_CORRUPT);
    }

    @Test
    void saysThatItCannotReachTheArtifactAfterThreeAttemptsAndGoesOnTrying() throws Exception {
        Deploying deploying = deploying("");
        ModelAssignment assignment = assignment("d1", first).build();
        for (int attempt = 0; attempt < 3; attempt++) {
            assertThat(deploy(deploying, assignment)).contains("404");
        }
        assertThat(last().getTrial().getOutcome()).isEqualTo(Outcome.OUTCOME_UNREACHABLE);
        assertThat(deploying.isDecided(assignment)).isFalse();

        http.hold(first);
        deploy(deploying, assignment);

        assertThat(last().getTrial().getOutcome()).isEqualTo(Outcome.OUTCOME_ACCEPTED);
    }

    @Test
    void countsItsAttemptsToReachTheArtifactPerDeployment() throws Exception {
        Deploying deploying = deploying("");
        deploy(deploying, assignment("d1", first).build());
        deploy(deploying, assignment("d1", first).build());

        deploy(deploying, assignment("d2", first).build());
        assertThat(reports).noneMatch(Reported::hasTrial);
        deploy(deploying, assignment("d2", first).build());
        deploy(deploying, assignment("d2", first).build());

        assertThat(last().getTrial().getOutcome()).isEqualTo(Outcome.OUTCOME_UNREACHABLE);
        assertThat(last().getTrial().getDeploymentId()).isEqualTo("d2");
    }

    @Test
    void doesNotSwitchToADeploymentThatWasReplacedDuringItsTrial() throws Exception {
        http.hold(first).hold(second);
        Deploying deploying = deploying("");
        deploy(deploying, assignment("d1", first).build());
        ModelAssignment replaced = assignment("d2", second).build();
        whenTrying = () -> wish(assignment("d3", second).build());

        String obstacle = deploy(deploying, replaced);

        assertThat(obstacle).isEmpty();
        assertThat(serving()).isEqualTo(first.digest().hex());
        assertThat(last().getTrial().getDeploymentId()).isEqualTo("d1");
        assertThat(slots.pointer().orElseThrow().artifactDigest()).isEqualTo(first.digest());
        assertThat(deploying.isDecided(replaced)).isFalse();
    }

    @Test
    void hasATrialOnRecordWhileItRunsAndNoLonger() throws Exception {
        http.hold(first);

        deploy(deploying(""), assignment("d1", first).build());

        assertThat(onRecordWhenTrying).containsExactly(new TrialAttempt("d1", first.digest(), 1));
        assertThat(attempts.leftover()).isEmpty();
    }

    @Test
    void leavesNoUnfitModelToTheNextStart() throws Exception {
        ToyArtifact wrong =
                ToyArtifact.model(ToyModels.columnSums(3), ToyModels.golden(4).toByteArray(), 64);
        http.hold(first).hold(second).hold(wrong);

        preflight = staged -> new Preflight.Deadly("died");
        deploy(deploying(""), assignment("d1", first).build());
        assertThat(slots.candidates()).isEmpty();

        preflight = staged -> new Preflight.Outlived();
        deploy(deploying(""), assignment("d2", wrong).build());
        assertThat(last().getTrial().getOutcome()).isEqualTo(Outcome.OUTCOME_WRONG_OUTPUT);
        assertThat(slots.candidates()).isEmpty();

        deploy(deploying(""), assignment("d3", second).build());
        assertThat(slots.candidates()).extracting(StoredModel::artifactDigest).containsExactly(second.digest());
    }

    @Test
    void countsNoPowerCutWhileAnotherProcessTries() throws Exception {
        http.hold(first);
        preflight = staged -> {
            throw new InterruptedException("the power is cut");
        };

        assertThatThrownBy(() -> deploy(deploying(""), assignment("d1", first).build()))
                .isInstanceOf(InterruptedException.class);

        assertThat(attempts.leftover()).isEmpty();
    }

    @Test
    void keepsTheModelThatServesThoughItsNextTrialIsDeadly() throws Exception {
        http.hold(first);
        deploy(deploying(""), assignment("d1", first).build());

        preflight = staged -> new Preflight.Deadly("died");
        deploy(deploying(""), assignment("d2", first).build());

        assertThat(last().getTrial().getOutcome()).isEqualTo(Outcome.OUTCOME_DOES_NOT_LOAD);
        assertThat(serving()).isEqualTo(first.digest().hex());
        assertThat(slots.candidates()).hasSize(1);
    }

    @Test
    void keepsTheModelThatServesAfterAFallbackThoughItsNextTrialIsDeadly() throws Exception {
        fallback();

        preflight = staged -> new Preflight.Deadly("died");
        deploy(deploying(""), assignment("d3", first).build());

        assertThat(last().getTrial().getOutcome()).isEqualTo(Outcome.OUTCOME_DOES_NOT_LOAD);
        assertThat(slots.candidates()).extracting(StoredModel::artifactDigest).contains(first.digest());
    }

    @Test
    void goesBackForGoodToTheModelThatServesAfterAFallback() throws Exception {
        fallback();
        int requests = http.requests().size();

        deploy(deploying(""), assignment("d3", first).build());

        assertThat(http.requests()).hasSize(requests);
        assertThat(slots.pointer().orElseThrow().artifactDigest()).isEqualTo(first.digest());
    }

    @Test
    void noRefusedModelEverServesAfterAFallback() throws Exception {
        ToyArtifact slow = ToyArtifact.model(3, 64);
        ToyArtifact wrong =
                ToyArtifact.model(ToyModels.columnSums(5), ToyModels.golden(4).toByteArray(), 64);
        http.hold(slow).hold(wrong);
        fallback();
        deploy(
                deploying(""),
                assignment("d3", slow)
                        .setBudget(Budget.newBuilder().setLatencyP95Micros(1e-3))
                        .build());
        assertThat(last().getTrial().getOutcome()).isEqualTo(Outcome.OUTCOME_TOO_SLOW);
        assertThat(slots.candidates()).extracting(StoredModel::artifactDigest).containsExactly(first.digest());

        restart();
        deploy(deploying(""), assignment("d4", wrong).build());

        assertThat(last().getTrial().getOutcome()).isEqualTo(Outcome.OUTCOME_WRONG_OUTPUT);
        assertThat(slots.candidates()).extracting(StoredModel::artifactDigest).containsExactly(first.digest());
    }

    @Test
    void triesAgainWithoutFetchingAfterAPowerCut() throws Exception {
        http.hold(first);
        preflight = staged -> {
            throw new InterruptedException("the power is cut");
        };
        assertThatThrownBy(() -> deploy(deploying(""), assignment("d1", first).build()))
                .isInstanceOf(InterruptedException.class);
        int requests = http.requests().size();
        assertThat(slots.candidates()).as("not tried yet").isEmpty();

        preflight = staged -> new Preflight.Outlived();
        deploy(deploying(""), assignment("d1", first).build());

        assertThat(http.requests()).hasSize(requests);
        assertThat(serving()).isEqualTo(first.digest().hex());
    }

    @Test
    void holdsNoStopInATrialAgainstTheModel() throws Exception {
        http.hold(first);
        pause = () -> {
            throw new InterruptedException("the agent is stopped");
        };

        assertThatThrownBy(() -> deploy(
                        deploying(""),
                        assignment("d1", first)
                                .setBudget(Budget.newBuilder().setLatencyP95Micros(1e-3))
                                .build()))
                .isInstanceOf(InterruptedException.class);

        assertThat(onRecordWhenTrying).hasSize(1);
        assertThat(attempts.leftover()).isEmpty();
    }

    /** The pointer names the second model, which is no longer loaded; the first one serves. */
    private void fallback() throws Exception {
        http.hold(first).hold(second);
        Deploying deploying = deploying("");
        deploy(deploying, assignment("d1", first).build());
        deploy(deploying, assignment("d2", second).build());
        restart();
    }

    /** As where the second model takes the agent down. */
    private void restart() {
        slots = slots();
        slots.candidates().stream()
                .filter(model -> !model.artifactDigest().equals(second.digest()))
                .findFirst()
                .ifPresent(slots::serves);
    }

    private Deploying deploying(String decided) {
        Trial trial = new Trial(
                ToyRuntime.trueSpeed(),
                new HostTurns(Optional.empty()),
                staged -> preflight.of(staged),
                1e-3,
                () -> pause.between());
        return new Deploying(slots, trial, attempts, trust, active, telemetry, decided);
    }

    private Slots slots() {
        return new Slots(
                folder.resolve("slots"),
                folder.resolve("active"),
                folder.resolve("refused.pb"),
                Steps.UNWATCHED,
                trust::vouch);
    }

    private String deploy(Deploying deploying, ModelAssignment assignment) throws Exception {
        return deploying.deploy(wish(assignment), fetcher, wish, reporter);
    }

    private Assignment wish(ModelAssignment assignment) {
        Assignment order = ToyAuthority.USUAL.unsignedAssignment(
                Desired.newBuilder()
                        .setDeviceId("d")
                        .setVersion(++desiredVersion)
                        .setModel(assignment)
                        .build(),
                any -> any);
        wish.offer(order);
        return order;
    }

    private static ModelAssignment.Builder assignment(String deployment, ToyArtifact artifact) {
        return ModelAssignment.newBuilder()
                .setDeploymentId(deployment)
                .setArtifactDigest(artifact.digest().hex())
                .setTrialSamples(100);
    }

    private String serving() throws Exception {
        return active.use(model -> model.artifactDigest()).orElseThrow();
    }

    private Reported last() {
        return reports.get(reports.size() - 1);
    }

    private void published(Reported report) {
        reports.add(report);
        if (report.getPhase() == AgentPhase.AGENT_PHASE_TRYING) {
            whenTrying.run();
            try {
                attempts.leftover().ifPresent(onRecordWhenTrying::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static Reported parse(byte[] payload) {
        try {
            return Reported.parseFrom(payload);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }
}
