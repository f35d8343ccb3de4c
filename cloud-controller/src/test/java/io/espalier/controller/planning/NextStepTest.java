package io.espalier.controller.planning;

import static io.espalier.controller.planning.FactsBuilder.BASE_SUITE;
import static io.espalier.controller.planning.FactsBuilder.MODEL_SUITE;
import static io.espalier.controller.planning.FactsBuilder.PRUNED;
import static io.espalier.controller.planning.FactsBuilder.trial;
import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.controller.deployment.DeploymentState;
import io.espalier.controller.deployment.Goal;
import io.espalier.controller.deployment.Trial;
import io.espalier.controller.deployment.TrialOutcome;
import io.espalier.controller.fleet.DeviceState;
import io.espalier.controller.planning.Facts.Plan;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class NextStepTest {
    private static final Goal GOAL = new Goal(700.0, null, null, null, null);
    private static final Trial UNLOADABLE =
            new Trial(TrialOutcome.DOES_NOT_LOAD, 0, 0, 0, 0, 0, "the agent died while loading it", null);

    @Test
    void waitsForAModel() {
        assertThat(NextStep.decide(facts(f -> f.model(null))).state()).isEqualTo(DeviceState.ENROLLED);
    }

    @Test
    void measuresAndDeliversTheDenseModelAtOnce() {
        Decision decision = NextStep.decide(facts(f -> f));

        assertThat(decision.state()).isEqualTo(DeviceState.DELIVERING);
        assertThat(decision.actions())
                .containsExactly(
                        new Action.Measure(List.of(BASE_SUITE, MODEL_SUITE)),
                        new Action.DeployDense("No budget is set, so it runs the unpruned model."));
    }

    @Test
    void callsTheUnprunedModelNoVariant() {
        Decision fetching = NextStep.decide(facts(f -> f.measured(300).denseIn(new DeploymentState.Fetching())));

        assertThat(fetching.detail()).isEqualTo("The device fetches the unpruned model.");
    }

    @Test
    void servesTheDenseModelWhereThereIsNoBudget() {
        Decision decision = NextStep.decide(facts(f -> f.measured(300).dense(accepted(1000))));

        assertThat(decision.state()).isEqualTo(DeviceState.SERVING);
        assertThat(decision.actions()).isEmpty();
    }

    @Test
    void plansOnceProfileAndDenseTrialAreKnown() {
        Decision decision =
                NextStep.decide(facts(f -> f.goal(GOAL).measured(300).dense(accepted(1000))));

        assertThat(decision.state()).isEqualTo(DeviceState.PLANNING);
        assertThat(decision.actions())
                .containsExactly(new Action.EnsureBaseline(), new Action.StartPlan(GOAL, 1, Correction.NONE, ""));
    }

    @Test
    void keepsTheDenseModelWhenItMeetsTheBudget() {
        Decision decision =
                NextStep.decide(facts(f -> f.goal(GOAL).measured(300).dense(accepted(600))));

        assertThat(decision.state()).isEqualTo(DeviceState.SERVING);
        assertThat(decision.detail()).contains("meets the budget");
        assertThat(decision.actions()).isEmpty();
    }

    @Test
    void timesTheDenseModelAgainOnceTheRuntimeIsAnother() {
        Trial before = new Trial(TrialOutcome.ACCEPTED, 500, 900, 1000, 970, 1050, "", "onnxruntime/0/1/all");

        assertThat(NextStep.decide(facts(
                                f -> f.goal(GOAL).measured(300).dense(before).later(60)))
                        .actions())
                .singleElement()
                .isInstanceOf(Action.DeployDense.class);
        assertThat(NextStep.decide(facts(f -> f.goal(GOAL).measured(300).dense(before)))
                        .actions())
                .isEmpty();
        assertThat(NextStep.decide(facts(
                                f -> f.goal(GOAL).measured(300).dense(before).pruned("plan-1", accepted(650))))
                        .actions())
                .singleElement()
                .isInstanceOf(Action.DeployDense.class);
    }

    @Test
    void waitsForTheProfile() {
        assertThat(NextStep.decide(facts(f -> f.goal(GOAL).dense(accepted(1000))))
                        .state())
                .isEqualTo(DeviceState.MEASURING);
    }

    @Test
    void refusesABudgetBelowTheFloorAndSaysTheFloor() {
        Decision decision =
                NextStep.decide(facts(f -> f.goal(GOAL).measured(800).dense(accepted(1000))));

        assertThat(decision.state()).isEqualTo(DeviceState.REFUSED);
        assertThat(decision.detail()).contains("at least 800 µs").contains("keeps its model");
        assertThat(decision.actions()).singleElement().isInstanceOf(Action.Refuse.class);
    }

    @Test
    void refusesOnlyOnce() {
        Decision decision = NextStep.decide(facts(f -> f.goal(GOAL)
                .measured(800)
                .dense(accepted(1000))
                .refused(GOAL.key())
                .unreachable("Needs at least 800 µs.")));

        assertThat(decision.state()).isEqualTo(DeviceState.REFUSED);
        assertThat(decision.actions()).isEmpty();
    }

    @Test
    void refusesAgainOnceTheBudgetHasForgottenIt() {
        Decision decision = NextStep.decide(
                facts(f -> f.goal(GOAL).measured(800).dense(accepted(1000)).refused(GOAL.key())));

        assertThat(decision.state()).isEqualTo(DeviceState.REFUSED);
        assertThat(decision.actions())
                .singleElement()
                .isInstanceOfSatisfying(
                        Action.Refuse.class,
                        refuse -> assertThat(refuse.floorP95Micros()).isEqualTo(800));
    }

    @Test
    void refusesWhatNoLatencyIsToBlameForOnlyOnce() {
        Goal precise = new Goal(700.0, null, null, null, 0.9);

        Decision decision = NextStep.decide(facts(f -> f.accuracy(null)
                .goal(precise)
                .measured(300)
                .dense(accepted(600))
                .refused(precise.key())));

        assertThat(decision.state()).isEqualTo(DeviceState.REFUSED);
        assertThat(decision.actions()).isEmpty();
    }

    @Test
    void forgetsARefusalWhenTheBudgetBecomesPossible() {
        Decision decision = NextStep.decide(
                facts(f -> f.goal(GOAL).measured(300).dense(accepted(1000)).refused("another")));

        assertThat(decision.actions()).contains(new Action.ClearRefusal());
    }

    @Test
    void keepsItsModelWhileItsBudgetIsOutOfReach() {
        Decision decision = NextStep.decide(
                facts(f -> f.goal(GOAL).measured(300).dense(accepted(1000)).unreachable("Needs at least 900 µs.")));

        assertThat(decision.state()).isEqualTo(DeviceState.REFUSED);
        assertThat(decision.actions()).isEmpty();
    }

    @Test
    void deliversWhatThePlanMade() {
        Decision decision = NextStep.decide(
                facts(f -> f.goal(GOAL).measured(300).dense(accepted(1000)).plan(1, 1.0, Plan.JobState.DONE)));

        assertThat(decision.state()).isEqualTo(DeviceState.DELIVERING);
        assertThat(decision.actions())
                .containsExactly(new Action.DeployPlanned("plan-1", PRUNED, 650, "Pruned for " + GOAL.inWords() + "."));
    }

    @Test
    void servesAnAcceptedVariant() {
        Decision decision = NextStep.decide(facts(f -> f.goal(GOAL)
                .measured(300)
                .dense(accepted(1000))
                .plan(1, 1.0, Plan.JobState.DONE)
                .pruned("plan-1", accepted(650))));

        assertThat(decision.state()).isEqualTo(DeviceState.SERVING);
        assertThat(decision.actions()).isEmpty();
    }

    @Test
    void triesHalfOfACorrectionThatPutsTheGoalOutOfReach() {
        Decision decision = NextStep.decide(refused(2, 1.96));

        assertThat(decision.state()).isEqualTo(DeviceState.PLANNING);
        assertThat(decision.actions()).singleElement().isInstanceOfSatisfying(Action.StartPlan.class, start -> {
            assertThat(start.attempt()).isEqualTo(3);
            assertThat(start.correction()).isEqualTo(new Correction(1.4));
            assertThat(start.evidence()).contains("correction 1.96");
        });
    }

    @Test
    void refusesAGoalThatIsOutOfReachWithoutCorrectionOrInTheLastPlan() {
        assertThat(NextStep.decide(refused(1, 1.0)).state()).isEqualTo(DeviceState.REFUSED);
        assertThat(NextStep.decide(refused(3, 1.96)).state()).isEqualTo(DeviceState.REFUSED);
    }

    private static Facts refused(int attempt, double correction) {
        return facts(
                f -> f.goal(GOAL).measured(300).dense(accepted(1000)).plan(attempt, correction, Plan.JobState.REFUSED));
    }

    @Test
    void givesUpAfterTheThirdPlan() {
        Decision decision = NextStep.decide(facts(f -> f.goal(GOAL)
                .measured(300)
                .dense(accepted(1000))
                .plan(3, 1.5, Plan.JobState.DONE)
                .pruned("plan-3", trial(TrialOutcome.TOO_SLOW, 780))
                .pruned("plan-3", trial(TrialOutcome.TOO_SLOW, 780))));

        assertThat(decision.state()).isEqualTo(DeviceState.FAILED);
        assertThat(decision.detail()).contains("The former model keeps serving");
        assertThat(decision.actions()).isEmpty();
    }

    @Test
    void prunesAgainWhenTelemetryIsOverTheBudgetBeyondChance() {
        Decision decision = NextStep.decide(serving(1, new Observed(800, 780, 710)));

        assertThat(decision.state()).isEqualTo(DeviceState.PLANNING);
        assertThat(decision.detail()).contains("while it served (800 inferences)");
        assertThat(decision.actions()).singleElement().isInstanceOfSatisfying(Action.StartPlan.class, start -> {
            assertThat(start.attempt()).isEqualTo(2);
            assertThat(start.correction()).isEqualTo(new Correction(1.2));
            assertThat(start.evidence()).contains("780 µs");
        });
    }

    @Test
    void plansWithoutCorrectionOnceTheDeviceHasMeasuredItselfAnew() {
        Decision decision = NextStep.decide(facts(f -> f.goal(GOAL)
                .measuredAgain(300)
                .dense(accepted(1000))
                .plan(1, 1.5, Plan.JobState.DONE)
                .pruned("plan-1", accepted(650))
                .observed(new Observed(800, 780, 710))));

        assertThat(decision.actions())
                .singleElement()
                .isInstanceOfSatisfying(
                        Action.StartPlan.class,
                        start -> assertThat(start.correction()).isEqualTo(Correction.NONE));
    }

    @Test
    void keepsWhatChanceOrTooFewSamplesMayHaveMadeSlow() {
        assertThat(NextStep.decide(serving(1, new Observed(800, 780, 690))).state())
                .isEqualTo(DeviceState.SERVING);
        assertThat(NextStep.decide(serving(1, new Observed(499, 780, 710))).state())
                .isEqualTo(DeviceState.SERVING);
    }

    @Test
    void keepsServingWhatIsTooSlowAfterTheThirdPlanAndSaysSo() {
        Decision decision = NextStep.decide(serving(3, new Observed(800, 780, 710)));

        assertThat(decision.state()).isEqualTo(DeviceState.FAILED);
        assertThat(decision.detail()).contains("It keeps serving");
        assertThat(decision.actions()).isEmpty();
    }

    @Test
    void prunesForNothingWhileTheNextPlanIsAtWork() {
        Decision decision = NextStep.decide(facts(f -> f.goal(GOAL)
                .measured(300)
                .dense(accepted(1000))
                .plan(2, 1.2, Plan.JobState.RUNNING)
                .pruned("plan-1", accepted(650))
                .observed(new Observed(800, 780, 710))));

        assertThat(decision.state()).isEqualTo(DeviceState.PRUNING);
        assertThat(decision.actions()).isEmpty();
    }

    private static Facts serving(int attempt, Observed observed) {
        return facts(f -> f.goal(GOAL)
                .measured(300)
                .dense(accepted(1000))
                .plan(attempt, 1.0, Plan.JobState.DONE)
                .pruned("plan-" + attempt, accepted(650))
                .observed(observed));
    }

    @Test
    void failsWithTheReasonOfAWrongOutput() {
        Decision decision = NextStep.decide(facts(f -> f.goal(GOAL)
                .measured(300)
                .dense(accepted(1000))
                .plan(1, 1.0, Plan.JobState.DONE)
                .pruned("plan-1", trial(TrialOutcome.WRONG_OUTPUT, 0))));

        assertThat(decision.state()).isEqualTo(DeviceState.FAILED);
        assertThat(decision.detail()).contains("wrong output");
    }

    @Test
    void plansANarrowerOneInThePlaceOfAVariantThatDoesNotLoadAnyMore() {
        Decision decision = NextStep.decide(doesNotLoad(GOAL, 1, 1.0));

        assertThat(decision.state()).isEqualTo(DeviceState.PLANNING);
        assertThat(decision.actions()).singleElement().isInstanceOfSatisfying(Action.StartPlan.class, start -> {
            assertThat(start.attempt()).isEqualTo(2);
            assertThat(start.correction()).isEqualTo(new Correction(1.1));
            assertThat(start.evidence()).contains("does not load", "the agent died");
        });
    }

    @Test
    void neverGivesAVariantThatDoesNotLoadAgainForTheSameGoal() {
        Decision decision = NextStep.decide(facts(f -> f.goal(GOAL)
                .measured(300)
                .dense(accepted(1000))
                .plan(2, 1.1, Plan.JobState.DONE)
                .pruned("plan-1", UNLOADABLE)));

        assertThat(decision.actions()).singleElement().isInstanceOfSatisfying(Action.StartPlan.class, start -> {
            assertThat(start.attempt()).isEqualTo(3);
            assertThat(start.correction()).isEqualTo(new Correction(1.21));
        });
    }

    @Test
    void saysWhyNothingLoadsOnceNoPlanIsLeft() {
        Goal small = new Goal(null, null, 60_000L, null, null);

        for (Facts facts : List.of(doesNotLoad(GOAL, 3, 1.0), doesNotLoad(GOAL, 1, 2.0), doesNotLoad(small, 1, 1.0))) {
            Decision decision = NextStep.decide(facts);

            assertThat(decision.state()).isEqualTo(DeviceState.FAILED);
            assertThat(decision.detail()).contains("does not load", "the agent died");
            assertThat(decision.actions()).isEmpty();
        }
    }

    private static Facts doesNotLoad(Goal goal, int attempt, double correction) {
        return facts(f -> f.goal(goal)
                .measured(300)
                .dense(accepted(1000))
                .plan(attempt, correction, Plan.JobState.DONE)
                .pruned("plan-" + attempt, UNLOADABLE));
    }

    @Test
    void plansByWhatWasMeasuredOfAnUnprunedModelThatDoesNotLoadAnyMore() {
        Decision decision =
                NextStep.decide(facts(f -> f.goal(GOAL).measured(300).dense(givenUp(1000))));

        assertThat(decision.state()).isEqualTo(DeviceState.PLANNING);
        assertThat(decision.actions())
                .containsExactly(new Action.EnsureBaseline(), new Action.StartPlan(GOAL, 1, Correction.NONE, ""));
    }

    @Test
    void saysThatTheUnprunedModelDoesNotLoadWhereNoOtherIsAskedFor() {
        for (Facts facts : List.of(
                facts(f -> f.measured(300).dense(givenUp(1000))),
                facts(f -> f.goal(GOAL).measured(300).dense(givenUp(600))))) {
            Decision decision = NextStep.decide(facts);

            assertThat(decision.state()).isEqualTo(DeviceState.FAILED);
            assertThat(decision.detail())
                    .isEqualTo(
                            "The device refused the unpruned model (does not load): the agent died while loading it");
            assertThat(decision.actions()).isEmpty();
        }
    }

    /** It served, and took the agent down later. */
    private static Trial givenUp(double p95Micros) {
        return UNLOADABLE.withLatenciesOf(accepted(p95Micros));
    }

    @Test
    void repeatsADeliveryThatDidNotArriveButNotAtOnceAndNotForEver() {
        Trial lost = trial(TrialOutcome.UNREACHABLE, 0);

        assertThat(NextStep.decide(facts(f -> f.dense(lost))).actions())
                .doesNotHaveAnyElementsOfTypes(Action.DeployDense.class);
        assertThat(NextStep.decide(facts(f -> f.dense(lost).later(60))).actions())
                .hasAtLeastOneElementOfType(Action.DeployDense.class);
        assertThat(NextStep.decide(facts(f -> f.dense(lost)
                                .dense(lost)
                                .dense(lost)
                                .dense(lost)
                                .dense(lost)
                                .later(60)))
                        .state())
                .isEqualTo(DeviceState.FAILED);
    }

    @Test
    void aPinGoesBeforeThePlan() {
        Decision decision = NextStep.decide(
                facts(f -> f.goal(GOAL).measured(300).dense(accepted(1000)).pin(PRUNED)));

        assertThat(decision.actions()).containsExactly(new Action.DeployPinned(PRUNED));
    }

    @Test
    void aPinDoesNotOutliveTheAssignmentOfItsModel() {
        Decision decision =
                NextStep.decide(facts(f -> f.measured(300).dense(accepted(1000)).pinOfAnotherModel(PRUNED)));

        assertThat(decision.state()).isEqualTo(DeviceState.SERVING);
        assertThat(decision.actions()).containsExactly(new Action.ClearPin());
    }

    @Test
    void theDenseModelMeetsNoBudgetWhoseAccuracyItMisses() {
        Goal precise = new Goal(700.0, null, null, null, 0.98);

        Decision decision =
                NextStep.decide(facts(f -> f.goal(precise).measured(300).dense(accepted(600))));

        assertThat(decision.state()).isEqualTo(DeviceState.PLANNING);
    }

    @Test
    void refusesAnAccuracyThatNothingCouldShow() {
        Goal precise = new Goal(700.0, null, null, null, 0.9);

        Decision decision = NextStep.decide(
                facts(f -> f.accuracy(null).goal(precise).measured(300).dense(accepted(600))));

        assertThat(decision.state()).isEqualTo(DeviceState.REFUSED);
        assertThat(decision.detail()).contains("without a data set");
    }

    @Test
    void refusesAnAccuracyAboveTheModelsOwnWhereNothingElseIsAsked() {
        Goal onlyAccuracy = new Goal(null, null, null, null, 0.98);

        Decision decision =
                NextStep.decide(facts(f -> f.goal(onlyAccuracy).measured(300).dense(accepted(600))));

        assertThat(decision.state()).isEqualTo(DeviceState.REFUSED);
        assertThat(decision.detail()).contains("itself reaches 97.0 %");
    }

    @Test
    void refusesAVariantWhoseAccuracyIsNotKnown() {
        Goal precise = new Goal(700.0, null, null, null, 0.9);

        Decision decision = NextStep.decide(
                facts(f -> f.goal(precise).measured(300).dense(accepted(1000)).plan(1, 1.0, Plan.JobState.DONE, null)));

        assertThat(decision.state()).isEqualTo(DeviceState.REFUSED);
        assertThat(decision.detail()).contains("is not known");
    }

    @Test
    void goesBackToTheDenseModelWhenTheBudgetIsTakenAway() {
        Decision decision =
                NextStep.decide(facts(f -> f.measured(300).dense(accepted(1000)).pruned("plan-1", accepted(650))));

        assertThat(decision.actions()).hasAtLeastOneElementOfType(Action.DeployDense.class);
    }

    private static Facts facts(UnaryOperator<FactsBuilder> with) {
        return with.apply(new FactsBuilder()).build();
    }

    private static Trial accepted(double p95Micros) {
        return trial(TrialOutcome.ACCEPTED, p95Micros);
    }
}
