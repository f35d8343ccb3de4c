package io.espalier.agent.trial;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.proto.Sha256;
import io.espalier.proto.v1.ModelAssignment;
import io.espalier.proto.v1.TrialReport;
import io.espalier.proto.v1.TrialReport.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrialAttemptsTest {
    private static final Sha256 DIGEST = Sha256.of(new byte[] {1});

    @TempDir
    Path folder;

    @Test
    void remembersOverADeathHowOftenATrialBegan() throws Exception {
        begin("d 1");
        assertThat(attempts().leftover()).contains(new TrialAttempt("d 1", DIGEST, 1));
        assertThat(attempts().leftover().orElseThrow().wasTheLast()).isFalse();

        begin("d 1");

        TrialAttempt second = attempts().leftover().orElseThrow();
        assertThat(second.wasTheLast()).isTrue();
        TrialReport refusal = second.refusal();
        assertThat(refusal.getDeploymentId()).isEqualTo("d 1");
        assertThat(refusal.getArtifactDigest()).isEqualTo(DIGEST.hex());
        assertThat(refusal.getOutcome()).isEqualTo(Outcome.OUTCOME_DOES_NOT_LOAD);
        assertThat(refusal.getDetail()).contains("the agent died while trying it");
    }

    @Test
    void forgetsATrialThatEnded() throws Exception {
        begin("d1");
        attempts().end();
        assertThat(attempts().leftover()).isEmpty();

        begin("d1");
        assertThat(attempts().leftover().orElseThrow().number()).isEqualTo(1);
    }

    @Test
    void beginsToCountAnewWithAnotherDeployment() throws Exception {
        begin("d1");
        begin("d2");

        assertThat(attempts().leftover()).contains(new TrialAttempt("d2", DIGEST, 1));
    }

    @Test
    void takesADamagedRecordForNone() throws Exception {
        for (String damaged : new String[] {"", "1", "x " + DIGEST + " d1", "1 " + DIGEST.hex() + "0 d1"}) {
            Files.writeString(folder.resolve("trying"), damaged);
            assertThat(attempts().leftover()).as(damaged).isEmpty();
        }
    }

    private void begin(String deployment) throws Exception {
        attempts()
                .begin(ModelAssignment.newBuilder()
                        .setDeploymentId(deployment)
                        .setArtifactDigest(DIGEST.hex())
                        .build());
    }

    private TrialAttempts attempts() {
        return new TrialAttempts(folder.resolve("trying"));
    }
}
