package io.espalier.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.agent.delivery.FetchedArtifact;
import io.espalier.agent.inference.ActiveModel;
import io.espalier.agent.inference.LoadedModel;
import io.espalier.agent.inference.ModelUnusableException;
import io.espalier.agent.inference.OrtRuntime;
import io.espalier.agent.inference.ServedModel;
import io.espalier.agent.slot.Slots;
import io.espalier.agent.state.Epochs;
import io.espalier.agent.state.Steps;
import io.espalier.agent.telemetry.Spool;
import io.espalier.agent.telemetry.TelemetryRecorder;
import io.espalier.agent.toys.ToyArtifact;
import io.espalier.agent.toys.ToyRuntime;
import io.espalier.agent.toys.ToyTrust;
import io.espalier.proto.DeviceId;
import io.espalier.proto.v1.Manifest;
import io.espalier.proto.v1.TrialReport;
import io.espalier.proto.v1.TrialReport.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestorationTest {
    private static final DeviceId DEVICE = new DeviceId("d");
    private static final ToyArtifact OLD = ToyArtifact.model(1, 64);
    private static final ToyArtifact NEW = ToyArtifact.model(2, 64);

    @TempDir
    Path folder;

    private final OrtRuntime runtime = ToyRuntime.trueSpeed();
    private final ActiveModel active = new ActiveModel();
    private final List<String> loaded = new ArrayList<>();
    private final AtomicReference<Runnable> takeBack = new AtomicReference<>(Restoration.NOTHING);
    private Restoration.Program program = new Restoration.Program("installed", false);
    private TelemetryRecorder telemetry;

    @BeforeEach
    void open() throws Exception {
        Spool spool = Spool.open(
                Files.createDirectories(folder.resolve("spool")),
                new Spool.Limits(1 << 20, Duration.ofHours(1)),
                new Epochs(folder.resolve("epoch"), Clock.systemUTC()),
                Clock.systemUTC());
        telemetry = new TelemetryRecorder(DEVICE, spool, Clock.systemUTC());
        Files.createDirectories(folder.resolve("slots"));
    }

    @AfterEach
    void close() {
        active.close();
    }

    /** The process ends, as far as a test in one process can have it so. */
    private static final class Death extends Error {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void aModelThatTakesTheAgentDownTwiceMakesRoomForTheLastGoodOne() throws Exception {
        install(OLD, "d1");
        install(NEW, "d2");

        diesOf(NEW);
        diesOf(NEW);

        assertThat(served(this::load)).contains(OLD.digest().hex());
        assertThat(loaded).hasSize(1);
        TrialReport told = slots().latestTrial().orElseThrow();
        assertThat(told.getDeploymentId()).isEqualTo("d2");
        assertThat(told.getOutcome()).isEqualTo(Outcome.OUTCOME_DOES_NOT_LOAD);
        assertThat(told.getDetail()).contains("twice in a row");
        assertThat(served(this::load))
                .as("and at every start after that")
                .contains(OLD.digest().hex());
    }

    @Test
    void isLoadedAgainAfterAnotherTrialWentWell() throws Exception {
        install(OLD, "d1");
        install(NEW, "d2");
        diesOf(NEW);
        diesOf(NEW);

        Slots slots = slots();
        slots.switchTo(slots.candidates().get(0), accepted("d3"));

        assertThat(served(this::load)).contains(NEW.digest().hex());
        assertThat(slots().latestTrial().orElseThrow()).isEqualTo(accepted("d3"));
    }

    @Test
    void oneDeathIsForgottenWithTheNextGoodStart() throws Exception {
        install(OLD, "d1");
        install(NEW, "d2");

        diesOf(NEW);
        assertThat(served(this::load)).contains(NEW.digest().hex());
        diesOf(NEW);

        assertThat(served(this::load)).contains(NEW.digest().hex());
        assertThat(slots().latestTrial().orElseThrow()).isEqualTo(accepted("d2"));
    }

    @Test
    void anAgentWhoseOnlyModelTakesItDownLivesWithoutOneAndTriesAgainLater() throws Exception {
        install(OLD, "d1");
        diesOf(OLD);
        diesOf(OLD);

        assertThat(served(this::load)).isEmpty();
        assertThat(slots().latestTrial().orElseThrow().getOutcome()).isEqualTo(Outcome.OUTCOME_DOES_NOT_LOAD);

        assertThat(served(this::load)).contains(OLD.digest().hex());
    }

    @Test
    void aProgramOnTrialThatDiesOfTheModelIsLeftToItsLauncher() throws Exception {
        install(OLD, "d1");
        install(NEW, "d2");
        program = new Restoration.Program("upgrade", true);
        diesOf(NEW);
        diesOf(NEW);
        diesOf(NEW);

        program = new Restoration.Program("installed", false);

        assertThat(served(this::load)).contains(NEW.digest().hex());
        assertThat(slots().latestTrial().orElseThrow()).isEqualTo(accepted("d2"));
    }

    @Test
    void anotherProgramLoadsWhatTookTheOneBeforeDown() throws Exception {
        install(OLD, "d1");
        install(NEW, "d2");
        diesOf(NEW);
        diesOf(NEW);

        program = new Restoration.Program("upgrade", false);

        assertThat(served(this::load)).contains(NEW.digest().hex());
    }

    @Test
    void aStopByOrderWhileItLoadsIsNoDeath() throws Exception {
        install(OLD, "d1");
        install(NEW, "d2");
        for (int stop = 1; stop <= 3; stop++) {
            diesOf(NEW);
            Objects.requireNonNull(takeBack.get()).run();
        }

        assertThat(served(this::load)).contains(NEW.digest().hex());
        assertThat(takeBack.get()).isSameAs(Restoration.NOTHING);
    }

    @Test
    void aModelThatCannotBeLoadedMakesRoomAtOnce() throws Exception {
        install(OLD, "d1");
        install(NEW, "d2");

        assertThat(served(model -> {
                    return isOf(model, NEW) ? runtime.load(new byte[] {1}) : load(model);
                }))
                .contains(OLD.digest().hex());
    }

    @Test
    void servesWhereNothingCanBeCounted() throws Exception {
        install(OLD, "d1");
        Files.createDirectories(folder.resolve("slots/loads/in the way"));

        assertThat(served(this::load)).contains(OLD.digest().hex());
    }

    private void diesOf(ToyArtifact artifact) {
        assertThatThrownBy(() -> served(model -> {
                    if (isOf(model, artifact)) {
                        throw new Death();
                    }
                    return load(model);
                }))
                .isInstanceOf(Death.class);
    }

    private boolean isOf(Path model, ToyArtifact artifact) {
        return slots().candidates().stream()
                .anyMatch(each ->
                        each.modelFile().equals(model) && each.artifactDigest().equals(artifact.digest()));
    }

    private LoadedModel load(Path model) throws ModelUnusableException {
        loaded.add(model.toString());
        return runtime.load(model);
    }

    private Optional<String> served(Restoration.Loader loader) throws IOException {
        return new Restoration(slots(), loader, active, telemetry, program, takeBack)
                .restore()
                .map(ServedModel::artifactDigest);
    }

    private void install(ToyArtifact artifact, String deployment) throws Exception {
        Slots slots = slots();
        slots.candidates().stream().findFirst().ifPresent(slots::serves);
        Path staging = Files.createDirectories(folder.resolve("staging-" + artifact.digest()));
        slots.switchTo(
                slots.stage(new FetchedArtifact(
                        artifact.digest(),
                        Manifest.parseFrom(artifact.manifest()),
                        Files.write(staging.resolve("release.dsse"), artifact.release()),
                        Files.write(staging.resolve("content"), artifact.content()))),
                accepted(deployment));
    }

    private static TrialReport accepted(String deployment) {
        return TrialReport.newBuilder()
                .setDeploymentId(deployment)
                .setOutcome(Outcome.OUTCOME_ACCEPTED)
                .build();
    }

    private Slots slots() {
        return new Slots(
                folder.resolve("slots"),
                folder.resolve("active"),
                folder.resolve("refused.pb"),
                Steps.UNWATCHED,
                envelope -> {
                    try {
                        return ToyTrust.of(folder.resolve("trust.pb"), DEVICE, Clock.systemUTC())
                                .vouch(envelope);
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                });
    }
}
