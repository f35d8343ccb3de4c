package io.espalier.agent.trial;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.agent.slot.Slots;
import io.espalier.agent.slot.StoredModel;
import io.espalier.agent.state.Steps;
import io.espalier.agent.toys.ToyArtifact;
import io.espalier.agent.toys.ToySlot;
import io.espalier.agent.toys.ToyTrust;
import io.espalier.proto.DeviceId;
import io.espalier.proto.v1.ModelAssignment;
import io.espalier.proto.v1.TrialReport;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeftoverTrialTest {
    private static final ToyArtifact GOOD = ToyArtifact.model(1, 64);

    @TempDir
    Path folder;

    private TrialAttempts attempts;

    @BeforeEach
    void open() {
        attempts = new TrialAttempts(folder.resolve("trying"));
    }

    @Test
    void aPowerCutInATrialTakesNoModelAway() throws Exception {
        ToySlot.staged(folder, GOOD);
        begin("d1");

        assertThat(LeftoverTrial.judge(attempts, slots())).isEmpty();

        assertThat(slots().stored(GOOD.digest())).isPresent();
        assertThat(attempts.leftover().orElseThrow().number()).isEqualTo(1);
    }

    @Test
    void anUntriedModelUnderWhichTheAgentDiedTwiceIsRemoved() throws Exception {
        ToySlot.staged(folder, GOOD);
        begin("d1");
        begin("d1");

        Optional<TrialReport> refusal = LeftoverTrial.judge(attempts, slots());

        assertThat(refusal).isPresent().isEqualTo(slots().latestTrial());
        assertThat(refusal.orElseThrow().getDeploymentId()).isEqualTo("d1");
        assertThat(slots().stored(GOOD.digest())).isEmpty();
        assertThat(attempts.leftover()).isEmpty();
    }

    @Test
    void theModelThatServesStaysHoweverItsTrialsEnded() throws Exception {
        slots().switchTo(
                        ToySlot.staged(folder, GOOD),
                        TrialReport.newBuilder().setDeploymentId("d1").build());
        StoredModel other = ToySlot.staged(folder, ToyArtifact.model(2, 64));
        slots().switchTo(other, TrialReport.newBuilder().setDeploymentId("d2").build());
        begin("d3");
        begin("d3");
        Slots slots = slots();
        slots.serves(slots.stored(GOOD.digest()).orElseThrow());

        assertThat(LeftoverTrial.judge(attempts, slots)).isPresent();

        assertThat(slots().candidates()).extracting(StoredModel::artifactDigest).contains(GOOD.digest());
    }

    private void begin(String deployment) throws Exception {
        attempts.begin(ModelAssignment.newBuilder()
                .setDeploymentId(deployment)
                .setArtifactDigest(GOOD.digest().hex())
                .build());
    }

    private Slots slots() throws Exception {
        return new Slots(
                folder.resolve("slots"),
                folder.resolve("active"),
                folder.resolve("refused.pb"),
                Steps.UNWATCHED,
                ToyTrust.of(folder.resolve("trust.pb"), new DeviceId("d"), Clock.systemUTC())::vouch);
    }
}
