package io.espalier.controller.planning;

import static io.espalier.controller.planning.FactsBuilder.DENSE;
import static io.espalier.controller.planning.FactsBuilder.PRUNED;
import static io.espalier.controller.planning.FactsBuilder.RUNTIME;
import static io.espalier.controller.planning.FactsBuilder.digest;
import static io.espalier.controller.planning.FactsBuilder.trial;
import static io.espalier.controller.planning.StockTest.priced;
import static io.espalier.controller.planning.StockTest.stock;
import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.controller.deployment.Goal;
import io.espalier.controller.deployment.Trial;
import io.espalier.controller.deployment.TrialOutcome;
import io.espalier.controller.fleet.DeviceState;
import io.espalier.proto.Sha256;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What becomes of a device whose campaign ended because more would have been lost than its recipe allows. */
class StoppedShortTest {
    private static final Goal GOAL = new Goal(700.0, null, null, null, null);
    private static final Sha256 OTHER = digest("other");
    private static final String REASON =
            "Pruning further would lose more of the score than the 2.0 points that the recipe allows (round 3 of 5 lost 4.1)."
                    + " With 1.3 points lost the model takes p95 812 µs here; asked for p95 at most 700 µs. Raise the"
                    + " budget, or upload the model with a recipe that allows more (mostLost).";

    @Test
    void refusesTheGoalThatItWasStoppedShortOfAndSaysWhatIsReached() {
        Decision decision = decide(GOAL, f -> f.stopped(812));

        assertThat(decision.state()).isEqualTo(DeviceState.REFUSED);
        assertThat(decision.detail()).isEqualTo(REASON + " The device keeps its model.");
        assertThat(decision.actions()).containsExactly(new Action.Refuse(GOAL, 812.0, REASON));
    }

    @Test
    void refusesItOnlyOnce() {
        Decision decision = decide(GOAL, f -> f.stopped(812).refused(GOAL.key()).unreachable(REASON));

        assertThat(decision.state()).isEqualTo(DeviceState.REFUSED);
        assertThat(decision.detail()).isEqualTo(REASON + " The device keeps its model.");
        assertThat(decision.actions()).isEmpty();
    }

    @Test
    void goesByTheDevicesOwnTimingsRatherThanByThoseTheJobPlannedWith() {
        assertThat(decide(GOAL, f -> f.stopped(650).stock(stock(priced(PRUNED, 0.957, 812))))
                        .detail())
                .startsWith(REASON);
        assertThat(decide(GOAL, f -> f.stopped(812).stock(stock(priced(PRUNED, 0.957, 690))))
                        .actions())
                .containsExactly(new Action.DeployPlanned("plan-1", PRUNED, 690, "Pruned for " + GOAL.inWords() + "."));
    }

    @Test
    void givesWhatIsWithinTheGoalAlthoughItsCampaignWasStopped() {
        assertThat(decide(GOAL, f -> f.stopped(650)).actions())
                .containsExactly(new Action.DeployPlanned("plan-1", PRUNED, 650, "Pruned for " + GOAL.inWords() + "."));
    }

    @Test
    void refusesNothingThatOneDisturbedMeasurementMayHavePutOverTheGoal() {
        assertThat(decide(GOAL, f -> f.stopped(2, 1.2, 650).stock(stock(priced(PRUNED, 0.957, 620))))
                        .actions())
                .containsExactly(new Action.DeployPlanned("plan-2", PRUNED, 744, "Pruned for " + GOAL.inWords() + "."));
        assertThat(decide(GOAL, f -> f.stopped(2, 1.2, 744)).actions())
                .containsExactly(new Action.DeployPlanned("plan-2", PRUNED, 744, "Pruned for " + GOAL.inWords() + "."));
    }

    @Test
    void refusesWhatIsOverByHalfOfTheCorrectionTooOrInTheLastAttempt() {
        assertThat(decide(GOAL, f -> f.stopped(2, 1.2, 650).stock(stock(priced(PRUNED, 0.957, 640))))
                        .detail())
                .contains("the model takes p95 768 µs here");
        assertThat(decide(GOAL, f -> f.stopped(3, 1.2, 650).stock(stock(priced(PRUNED, 0.957, 620))))
                        .detail())
                .contains("the model takes p95 744 µs here");
    }

    @Test
    void believesACorrectionThatMakesItFaster() {
        assertThat(decide(GOAL, f -> f.stopped(2, 0.8, 650).stock(stock(priced(PRUNED, 0.957, 812))))
                        .state())
                .isEqualTo(DeviceState.DELIVERING);
    }

    @Test
    void judgesByNoCorrectionFromOlderTimings() {
        Decision decision =
                decide(GOAL, f -> f.measuredAgain(200).stopped(3, 1.5, 1035).stock(stock(priced(PRUNED, 0.957, 690))));

        assertThat(decision.state()).isEqualTo(DeviceState.DELIVERING);
    }

    @Test
    void refusesWhatIsOverInSizeAndNamesNoLatency() {
        Goal small = new Goal(null, null, 40_000L, null, null);
        Decision decision = decide(small, f -> f.stopped(812));

        assertThat(decision.state()).isEqualTo(DeviceState.REFUSED);
        assertThat(decision.detail()).contains("takes size 60.0 kB here; asked for size at most 40.0 kB.");
        assertThat(decision.actions())
                .singleElement()
                .isInstanceOfSatisfying(
                        Action.Refuse.class,
                        refuse -> assertThat(refuse.floorP95Micros()).isNull());
    }

    @Test
    void givesSomethingElseThatFitsEvenIfItScoresLess() {
        Decision decision =
                decide(GOAL, f -> f.stopped(812).stock(stock(priced(OTHER, 0.90, 300), priced(PRUNED, 0.957, 812))));

        assertThat(decision.actions())
                .singleElement()
                .isInstanceOfSatisfying(
                        Action.DeployPlanned.class,
                        deploy -> assertThat(deploy.variant()).isEqualTo(OTHER));
    }

    @Test
    void isRefusedNoLongerOnceAnotherCampaignHasMadeWhatFits() {
        Decision decision = decide(
                GOAL,
                f -> f.stopped(812)
                        .refused(GOAL.key())
                        .unreachable(REASON)
                        .stock(stock(priced(OTHER, 0.94, 640), priced(PRUNED, 0.957, 812))));

        assertThat(decision.state()).isEqualTo(DeviceState.DELIVERING);
        assertThat(decision.actions())
                .hasSize(2)
                .contains(new Action.ClearRefusal())
                .hasAtLeastOneElementOfType(Action.DeployPlanned.class);
    }

    @Test
    void keepsItsPrunedModelWhenItsRuntimeIsAnotherThanTheUnprunedModelWasTimedIn() {
        Trial before = accepted(650, "onnxruntime/0/1/all");
        Decision decision = NextStep.decide(new FactsBuilder()
                .goal(GOAL)
                .measured(200)
                .dense(accepted(1000, "onnxruntime/0/1/all"))
                .given("plan-for-a-roomier-goal", OTHER, before)
                .stopped(812)
                .refused(GOAL.key())
                .unreachable(REASON)
                .build());

        assertThat(decision.state()).isEqualTo(DeviceState.REFUSED);
        assertThat(decision.detail()).isEqualTo(REASON + " The device keeps its model.");
        assertThat(decision.actions()).isEmpty();
    }

    @Test
    void aVariantFromStockWhoseCampaignWasStoppedForAnotherGoalLiftsNoRefusal() {
        Decision decision = decide(
                GOAL,
                f -> f.stopped(0, 1, 650)
                        .refused(GOAL.key())
                        .unreachable("Needs at least 900 µs.")
                        .stock(stock(priced(OTHER, 0.94, 640))));

        assertThat(decision.state()).isEqualTo(DeviceState.REFUSED);
        assertThat(decision.actions()).isEmpty();
    }

    @Test
    void refusesTheGoalOnceItsVariantWasMeasuredToBeTooSlowForIt() {
        Decision decision = decide(
                GOAL,
                f -> f.stopped(1, 1, 650)
                        .stock(stock(priced(PRUNED, 0.957, 650)))
                        .pruned("plan-1", trial(TrialOutcome.TOO_SLOW, 780, RUNTIME))
                        .pruned("plan-1", trial(TrialOutcome.TOO_SLOW, 780, RUNTIME)));

        assertThat(decision.state()).isEqualTo(DeviceState.REFUSED);
        assertThat(decision.detail()).contains("the model takes p95 780 µs here");
        assertThat(decision.actions()).singleElement().isInstanceOf(Action.Refuse.class);
    }

    @Test
    void givesItsVariantAnotherTrialRatherThanAHarderTargetAfterOneThatMayHaveBeenDisturbed() {
        Decision decision = decide(GOAL, f -> tooSlowByLittle(f, 1));

        assertThat(decision.state()).isEqualTo(DeviceState.PLANNING);
        assertThat(decision.actions()).singleElement().isInstanceOfSatisfying(Action.StartPlan.class, start -> {
            assertThat(start.attempt()).isEqualTo(2);
            assertThat(start.correction()).isEqualTo(Correction.NONE);
        });
    }

    @Test
    void refusesTheGoalAfterTheLastTrialThatWasTooSlow() {
        assertThat(decide(GOAL, f -> tooSlowByLittle(f, 3)).state()).isEqualTo(DeviceState.REFUSED);
    }

    private static FactsBuilder tooSlowByLittle(FactsBuilder facts, int attempt) {
        return facts.stopped(attempt, 1, 650)
                .stock(stock(priced(PRUNED, 0.957, 650)))
                .pruned("plan-" + attempt, trial(TrialOutcome.TOO_SLOW, 720, RUNTIME))
                .pruned("plan-" + attempt, trial(TrialOutcome.TOO_SLOW, 720, RUNTIME));
    }

    @Test
    void whatItMadeIsTakenByADeviceWhoseBudgetItFits() {
        Goal roomier = new Goal(900.0, null, null, null, null);
        Decision decision = decide(roomier, f -> f.stock(stock(priced(PRUNED, 0.957, 812), priced(DENSE, 0.96, 1000))));

        assertThat(decision.actions())
                .singleElement()
                .isInstanceOfSatisfying(
                        Action.TakeFromStock.class,
                        take -> assertThat(take.variant()).isEqualTo(PRUNED));
    }

    private static Decision decide(Goal goal, UnaryOperator<FactsBuilder> with) {
        return NextStep.decide(
                with.apply(new FactsBuilder().goal(goal).measured(200).dense(accepted(1000, RUNTIME)))
                        .build());
    }

    private static Trial accepted(double p95Micros, String runtime) {
        return trial(TrialOutcome.ACCEPTED, p95Micros, runtime);
    }
}
