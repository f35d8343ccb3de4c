package io.espalier.controller.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DeploymentStateTest {
    @Test
    void whatFailedForReasonsOutsideTheModelMayServeAfterAll() {
        DeploymentState refused = new DeploymentState.Refused(trial(TrialOutcome.NO_SPACE));

        assertThat(refused.after(trial(TrialOutcome.ACCEPTED))).isInstanceOf(DeploymentState.Serving.class);
        assertThat(refused.after(trial(TrialOutcome.TOO_SLOW))).isInstanceOf(DeploymentState.Refused.class);
        assertThat(deployment(trial(TrialOutcome.NO_SPACE)).takes(trial(TrialOutcome.ACCEPTED)))
                .isTrue();
    }

    @Test
    void whatTheModelItselfWasRefusedForIsFinal() {
        DeploymentState refused = new DeploymentState.Refused(trial(TrialOutcome.TOO_SLOW));

        assertThat(refused.after(trial(TrialOutcome.ACCEPTED))).isSameAs(refused);
        assertThat(deployment(trial(TrialOutcome.TOO_SLOW)).takes(trial(TrialOutcome.ACCEPTED)))
                .isFalse();
    }

    @Test
    void whatServedAndDoesNotLoadAnyMoreIsRefused() {
        Deployment serving = serving();

        assertThat(serving.takes(trial(TrialOutcome.DOES_NOT_LOAD))).isTrue();
        assertThat(serving.state().after(trial(TrialOutcome.DOES_NOT_LOAD)))
                .isInstanceOfSatisfying(
                        DeploymentState.Refused.class,
                        refused -> assertThat(refused.trial().outcome()).isEqualTo(TrialOutcome.DOES_NOT_LOAD));
    }

    @Test
    void whatServesGoesOnWhenItsAcceptanceIsToldAgain() {
        Deployment serving = serving();

        assertThat(serving.takes(trial(TrialOutcome.ACCEPTED))).isFalse();
        assertThat(serving.state().after(trial(TrialOutcome.ACCEPTED))).isSameAs(serving.state());
    }

    @Test
    void whatWasReplacedKeepsWhatItMeasured() {
        Deployment replaced = deployment(new DeploymentState.Superseded(), trial(TrialOutcome.ACCEPTED));

        assertThat(replaced.takes(trial(TrialOutcome.DOES_NOT_LOAD))).isFalse();
    }

    @Test
    void theSameEndToldAgainIsNoNews() {
        assertThat(deployment(trial(TrialOutcome.UNREACHABLE)).takes(trial(TrialOutcome.UNREACHABLE)))
                .isFalse();
        assertThat(deployment(null).takes(trial(TrialOutcome.UNREACHABLE))).isTrue();
    }

    @Test
    void itIsTheDeviceThatDoesSomething() {
        assertThat(List.of(
                        new DeploymentState.Assigned(), new DeploymentState.Fetching(), new DeploymentState.Trying()))
                .allSatisfy(open -> assertThat(((DeploymentState.Open) open).inWords("variant cf4b059d2c08"))
                        .startsWith("The device ")
                        .endsWith(" variant cf4b059d2c08."));
    }

    private static Deployment serving() {
        Trial accepted = trial(TrialOutcome.ACCEPTED);
        return deployment(new DeploymentState.Serving(accepted), accepted);
    }

    private static Deployment deployment(@Nullable Trial trial) {
        return deployment(trial == null ? new DeploymentState.Assigned() : new DeploymentState.Refused(trial), trial);
    }

    private static Deployment deployment(DeploymentState state, @Nullable Trial trial) {
        Sha256 digest = Sha256.of(new byte[0]);
        return new Deployment(
                "d",
                new DeploymentRequest(
                        new DeviceId("device"), "model", digest, digest, false, false, null, null, "", null),
                state,
                trial,
                Instant.EPOCH,
                Instant.EPOCH);
    }

    private static Trial trial(TrialOutcome outcome) {
        return new Trial(outcome, 0, 0, 0, 0, 0, "", null);
    }
}
