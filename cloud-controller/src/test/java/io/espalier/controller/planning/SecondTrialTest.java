package io.espalier.controller.planning;

import static io.espalier.controller.planning.FactsBuilder.PRUNED;
import static io.espalier.controller.planning.FactsBuilder.trial;
import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.controller.deployment.Goal;
import io.espalier.controller.deployment.Trial;
import io.espalier.controller.deployment.TrialOutcome;
import io.espalier.controller.fleet.DeviceState;
import io.espalier.controller.planning.Facts.Plan;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** A variant that was too slow in its trial, which a neighbour may have disturbed. */
class SecondTrialTest {
    private static final Goal GOAL = new Goal(700.0, null, null, null, null);

    @Test
    void givesWhatWasTooSlowASecondTrialAfterAPauseBeforeAnythingIsPrunedAgain() {
        Decision atOnce = NextStep.decide(given(f -> f, tooSlow(1300)));
        assertThat(atOnce.state()).isEqualTo(DeviceState.DELIVERING);
        assertThat(atOnce.detail()).contains("p95 1.30 ms in its trial", "It will be tried again.");
        assertThat(atOnce.actions()).isEmpty();

        Decision later = NextStep.decide(given(f -> f.later(20), tooSlow(1300)));
        assertThat(later.state()).isEqualTo(DeviceState.DELIVERING);
        assertThat(later.actions()).singleElement().isInstanceOfSatisfying(Action.DeployPlanned.class, again -> {
            assertThat(again.planId()).isEqualTo("plan-1");
            assertThat(again.variant()).isEqualTo(PRUNED);
            assertThat(again.predictedP95Micros()).isEqualTo(650);
            assertThat(again.reason()).startsWith("Tried once more.").contains("p95 1.30 ms in its trial");
        });
    }

    @Test
    void servesWhatPassesItsSecondTrial() {
        Decision decision = NextStep.decide(given(f -> f, tooSlow(1300), accepted(640)));

        assertThat(decision.state()).isEqualTo(DeviceState.SERVING);
        assertThat(decision.actions()).isEmpty();
    }

    @Test
    void deliversItAgainWhereItDidNotArriveForItsSecondTrial() {
        Decision decision = NextStep.decide(given(f -> f.later(20), tooSlow(1300), trial(TrialOutcome.CORRUPT, 0)));

        assertThat(decision.state()).isEqualTo(DeviceState.DELIVERING);
        assertThat(decision.actions()).singleElement().isInstanceOf(Action.DeployPlanned.class);
    }

    @Test
    void plansANarrowerOneForWhatDoesNotLoadInItsSecondTrial() {
        Decision decision = NextStep.decide(given(f -> f, tooSlow(1300), trial(TrialOutcome.DOES_NOT_LOAD, 0)));

        assertThat(decision.actions())
                .singleElement()
                .isInstanceOfSatisfying(
                        Action.StartPlan.class,
                        start -> assertThat(start.evidence()).contains("does not load"));
    }

    /** Once to have passed is once to start from: only what came since counts. */
    @Test
    void givesASecondTrialAnewToWhatHadPassedOne() {
        Decision decision = NextStep.decide(given(f -> f.later(20), tooSlow(780), accepted(640), tooSlow(1300)));

        assertThat(decision.actions()).singleElement().isInstanceOf(Action.DeployPlanned.class);
    }

    @Test
    void givesASecondTrialInEachPlanAndEachRuntime() {
        Decision inTheNextPlan = NextStep.decide(new FactsBuilder()
                .goal(GOAL)
                .measured(300)
                .dense(accepted(1000))
                .plan(2, 1.2, Plan.JobState.DONE)
                .pruned("plan-1", tooSlow(790))
                .pruned("plan-1", tooSlow(780))
                .pruned("plan-2", tooSlow(780))
                .later(20)
                .build());
        assertThat(inTheNextPlan.actions()).singleElement().isInstanceOf(Action.DeployPlanned.class);

        Trial elsewhere = trial(TrialOutcome.TOO_SLOW, 780, "another/1");
        Decision inAnotherRuntime = NextStep.decide(given(f -> f.later(20), elsewhere, tooSlow(780)));
        assertThat(inAnotherRuntime.actions()).singleElement().isInstanceOf(Action.DeployPlanned.class);
    }

    @Test
    void correctsThePlanByTheBetterOfTwoTrialsThatWereTooSlow() {
        Decision decision = NextStep.decide(given(f -> f, tooSlow(780), tooSlow(1300)));

        assertThat(decision.state()).isEqualTo(DeviceState.PLANNING);
        assertThat(decision.actions())
                .containsExactly(new Action.StartPlan(
                        GOAL,
                        2,
                        new Correction(1.2),
                        "Variant " + PRUNED.hex().substring(0, 12)
                                + " was measured at p95 780 µs in the better of two trials (predicted 650 µs), too slow"
                                + " for " + GOAL.inWords() + "."));
    }

    @Test
    void plansWithoutCorrectionWhereTrialsThatWereTooSlowTellNoLatency() {
        Trial untimed = trial(TrialOutcome.TOO_SLOW, 0);
        Decision decision = NextStep.decide(given(f -> f, untimed, untimed));

        assertThat(decision.actions())
                .singleElement()
                .isInstanceOfSatisfying(
                        Action.StartPlan.class,
                        start -> assertThat(start.correction()).isEqualTo(Correction.NONE));
    }

    private static Trial tooSlow(double p95Micros) {
        return trial(TrialOutcome.TOO_SLOW, p95Micros);
    }

    /** A variant of the first plan after these trials. */
    private static Facts given(UnaryOperator<FactsBuilder> with, Trial... trials) {
        FactsBuilder facts = new FactsBuilder()
                .goal(GOAL)
                .measured(300)
                .dense(accepted(1000))
                .plan(1, 1.0, Plan.JobState.DONE);
        for (Trial trial : trials) {
            facts.pruned("plan-1", trial);
        }
        return with.apply(facts).build();
    }

    private static Trial accepted(double p95Micros) {
        return trial(TrialOutcome.ACCEPTED, p95Micros);
    }
}
