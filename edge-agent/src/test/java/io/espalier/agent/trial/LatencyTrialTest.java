package io.espalier.agent.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.agent.measure.HostTurns;
import io.espalier.proto.v1.Budget;
import io.espalier.proto.v1.ModelAssignment;
import io.espalier.proto.v1.TrialReport;
import io.espalier.proto.v1.TrialReport.Outcome;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LatencyTrialTest {
    private static final int WARM_UP = 20;
    private static final int SAMPLES = 100;

    private int pauses;

    @Test
    void refusesOnlyWhenTheLowerBoundExceedsTheBudget() throws Exception {
        // 100 samples of 1 to 100 us: by the binomial, the interval of p95 reaches down to the 90th.
        assertThat(timed(budget(90)).getOutcome()).isEqualTo(Outcome.OUTCOME_ACCEPTED);

        TrialReport tooSlow = timed(budget(89));
        assertThat(tooSlow.getOutcome()).isEqualTo(Outcome.OUTCOME_TOO_SLOW);
        assertThat(tooSlow.getP95LowerMicros()).isEqualTo(90);
        assertThat(tooSlow.getP95Micros()).isEqualTo(95);
        assertThat(tooSlow.getP50Micros()).isEqualTo(50);
        assertThat(tooSlow.getDetail()).contains("90.0 us", "89.0 us");
    }

    @Test
    void timesButDoesNotRefuseAnUnconditionalModel() throws Exception {
        assertThat(timed(budget(1).toBuilder().setUnconditional(true).build()).getOutcome())
                .isEqualTo(Outcome.OUTCOME_ACCEPTED);
        assertThat(pauses).isZero();
    }

    @Test
    void refusesNoModelForOneRunThatANeighbourDisturbed() throws Exception {
        TrialReport disturbedOnce = timed(budget(100), 3, 1);

        assertThat(disturbedOnce.getOutcome()).isEqualTo(Outcome.OUTCOME_ACCEPTED);
        assertThat(disturbedOnce.getP95Micros()).isEqualTo(95);
        assertThat(disturbedOnce.getDetail()).isEmpty();
        assertThat(pauses).isEqualTo(1);
    }

    @Test
    void refusesAfterThreeSlowRunsByTheFastestOfThem() throws Exception {
        TrialReport tooSlow = timed(budget(100), 4, 2, 3, 1);

        assertThat(tooSlow.getOutcome()).isEqualTo(Outcome.OUTCOME_TOO_SLOW);
        assertThat(tooSlow.getP95LowerMicros()).isEqualTo(180);
        assertThat(pauses).isEqualTo(2);
    }

    @Test
    void timesAModelOnceThatIsTooSlowForAnyBurstToBeTheReason() throws Exception {
        assertThat(timed(budget(100), 4_000).getOutcome()).isEqualTo(Outcome.OUTCOME_TOO_SLOW);
        assertThat(pauses).isZero();
    }

    @Test
    void endsWhenItIsInterruptedBetweenTwoRuns() {
        LatencyTrial trial = new LatencyTrial(new HostTurns(Optional.empty()), () -> {
            throw new InterruptedException("stop");
        });

        assertThatThrownBy(() -> trial.of(budget(1), () -> 2_000, TrialReport.getDefaultInstance()))
                .isInstanceOf(InterruptedException.class);
    }

    private static ModelAssignment budget(double p95Micros) {
        return ModelAssignment.newBuilder()
                .setTrialSamples(SAMPLES)
                .setBudget(Budget.newBuilder().setLatencyP95Micros(p95Micros))
                .build();
    }

    /** Each run takes 1 to 100 microseconds, times what slows it down. */
    private TrialReport timed(ModelAssignment assignment, int... slowdowns) throws Exception {
        int[] calls = {0};
        LatencyTrial trial = new LatencyTrial(new HostTurns(Optional.empty()), () -> pauses++);
        return trial.of(
                assignment,
                () -> {
                    int run = calls[0] / (WARM_UP + SAMPLES);
                    int sample = calls[0]++ % (WARM_UP + SAMPLES) - WARM_UP + 1;
                    return sample * 1_000L * (run < slowdowns.length ? slowdowns[run] : 1);
                },
                TrialReport.getDefaultInstance());
    }
}
