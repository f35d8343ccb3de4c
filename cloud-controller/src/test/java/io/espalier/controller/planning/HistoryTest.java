package io.espalier.controller.planning;

import static io.espalier.controller.planning.FactsBuilder.RUNTIME;
import static io.espalier.controller.planning.FactsBuilder.digest;
import static io.espalier.controller.planning.FactsBuilder.trial;
import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.controller.deployment.Goal;
import io.espalier.controller.deployment.TrialOutcome;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class HistoryTest {
    @Test
    void hasMeasuredWhatTheBetterOfTwoTrialsThatWereTooSlowTook() {
        History history = history(f -> f.dense(trial(TrialOutcome.ACCEPTED, 1000, RUNTIME))
                .given("plan-0", digest("another"), trial(TrialOutcome.ACCEPTED, 300, RUNTIME))
                .pruned("plan-1", trial(TrialOutcome.TOO_SLOW, 780, RUNTIME))
                .pruned("plan-1", trial(TrialOutcome.TOO_SLOW, 1300, RUNTIME)));

        assertThat(history.latestMeasured(RUNTIME)).isEqualTo(new History.Measured("plan-1", 650, 780));
    }

    @Test
    void believesHalfOfASingleTrialThatWasTooSlow() {
        History history = history(f -> f.pruned("plan-1", trial(TrialOutcome.TOO_SLOW, 4 * 650, RUNTIME)));

        assertThat(history.latestMeasured(RUNTIME)).isEqualTo(new History.Measured("plan-1", 650, 2 * 650));
    }

    @Test
    void hasMeasuredWhatTheLatestTrialTookWhereThatWasPassed() {
        History history = history(f -> f.pruned("plan-1", trial(TrialOutcome.TOO_SLOW, 780, RUNTIME))
                .pruned("plan-1", trial(TrialOutcome.ACCEPTED, 690, RUNTIME)));

        assertThat(history.latestMeasured(RUNTIME)).isEqualTo(new History.Measured("plan-1", 650, 690));
    }

    @Test
    void leavesOutWhatWasMeasuredInAnotherRuntime() {
        History history = history(f -> f.pruned("plan-1", trial(TrialOutcome.ACCEPTED, 640, RUNTIME))
                .pruned("plan-1", trial(TrialOutcome.ACCEPTED, 200, "another/1"))
                .pruned("plan-2", trial(TrialOutcome.ACCEPTED, 300, "another/1")));

        assertThat(history.latestMeasured(RUNTIME)).isEqualTo(new History.Measured("plan-1", 650, 640));
    }

    @Test
    void hasMeasuredNothingBeforeAPrunedVariantWasTimed() {
        History history = history(f -> f.dense(trial(TrialOutcome.ACCEPTED, 1000, RUNTIME))
                .pruned("plan-1", trial(TrialOutcome.UNREACHABLE, 0, RUNTIME)));

        assertThat(history.latestMeasured(RUNTIME)).isNull();
    }

    private static History history(UnaryOperator<FactsBuilder> with) {
        Goal goal = new Goal(700.0, null, null, null, null);
        return new History(with.apply(new FactsBuilder().goal(goal)).build().deployments());
    }
}
