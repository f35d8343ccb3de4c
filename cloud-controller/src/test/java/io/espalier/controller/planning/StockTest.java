package io.espalier.controller.planning;

import static io.espalier.controller.planning.FactsBuilder.DENSE;
import static io.espalier.controller.planning.FactsBuilder.PRUNED;
import static io.espalier.controller.planning.FactsBuilder.digest;
import static io.espalier.controller.planning.FactsBuilder.trial;
import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.controller.deployment.Goal;
import io.espalier.controller.deployment.Trial;
import io.espalier.controller.deployment.TrialOutcome;
import io.espalier.controller.fleet.DeviceState;
import io.espalier.controller.planning.Facts.Plan;
import io.espalier.proto.Sha256;
import io.espalier.pruning.choice.DevicePrices;
import io.espalier.pruning.choice.DevicePrices.Priced;
import io.espalier.pruning.choice.Member;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.runtime.OperatorGraph;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What the planner does with variants that are there already. */
class StockTest {
    private static final Goal GOAL = new Goal(700.0, null, null, null, null);
    private static final Sha256 SMALL = digest("small");
    private static final Sha256 MIDDLE = digest("middle");
    private static final Priced UNPRUNED = priced(DENSE, 0.97, 1000);
    private static final Stock STOCK = stock(priced(SMALL, 0.955, 300), priced(MIDDLE, 0.966, 600), UNPRUNED);

    @Test
    void takesWhatIsThereWhereACampaignCouldGainLittle() {
        Decision decision = decide(f -> f.stock(STOCK));

        assertThat(decision.state()).isEqualTo(DeviceState.PLANNING);
        assertThat(decision.actions()).singleElement().isInstanceOfSatisfying(Action.TakeFromStock.class, take -> {
            assertThat(take.variant()).isEqualTo(MIDDLE);
            assertThat(take.attempt()).isZero();
            assertThat(take.correction()).isEqualTo(Correction.NONE);
            assertThat(take.evidence())
                    .contains("scores 96.6 % on 1,000 samples")
                    .contains("could gain 0.40 points at most, 0.50 are tolerated");
        });
    }

    @Test
    void runsACampaignWhereItCouldGainMore() {
        Decision decision = decide(f -> f.stock(stock(priced(SMALL, 0.955, 300), UNPRUNED)));

        assertThat(decision.actions()).contains(new Action.StartPlan(GOAL, 1, Correction.NONE, ""));
    }

    @Test
    void runsACampaignWhereNothingFits() {
        Decision decision = decide(f -> f.stock(stock(priced(SMALL, 0.966, 690), UNPRUNED)));

        assertThat(decision.actions()).hasAtLeastOneElementOfType(Action.StartPlan.class);
    }

    @Test
    void deliversFromStockWithItsReasonAndPrediction() {
        Decision decision = decide(f -> f.stock(STOCK).plan(0, 1, Plan.JobState.DONE));

        assertThat(decision.actions()).singleElement().isInstanceOfSatisfying(Action.DeployPlanned.class, deploy -> {
            assertThat(deploy.variant()).isEqualTo(MIDDLE);
            assertThat(deploy.predictedP95Micros()).isEqualTo(600);
            assertThat(deploy.reason()).contains("0.40 points at most");
        });
    }

    @Test
    void takesWhatAnotherCampaignMadeWhileItsOwnWasQueued() {
        Decision decision = decide(f -> f.stock(STOCK).plan(1, 1, Plan.JobState.QUEUED));

        assertThat(decision.actions()).singleElement().isInstanceOfSatisfying(Action.TakeFromStock.class, take -> {
            assertThat(take.variant()).isEqualTo(MIDDLE);
            assertThat(take.attempt()).isZero();
        });
        assertThat(decide(f -> f.stock(STOCK).plan(1, 1, Plan.JobState.RUNNING)).actions())
                .isEmpty();
        assertThat(decide(f -> f.stock(stock(UNPRUNED)).plan(1, 1, Plan.JobState.QUEUED))
                        .actions())
                .isEmpty();
    }

    @Test
    void takesAnotherOneInThePlaceOfAVariantThatDoesNotLoad() {
        Trial unloadable = new Trial(TrialOutcome.DOES_NOT_LOAD, 0, 0, 0, 0, 0, "the agent died", null);

        Decision decision =
                decide(f -> f.stock(STOCK).plan(3, 1, Plan.JobState.DONE).given("plan-3", MIDDLE, unloadable));

        assertThat(decision.actions()).singleElement().isInstanceOfSatisfying(Action.TakeFromStock.class, take -> {
            assertThat(take.variant()).isEqualTo(SMALL);
            assertThat(take.attempt()).isEqualTo(3);
            assertThat(take.evidence()).contains("does not load", "the agent died");
        });
        // No campaign was run for the goal yet, and one could gain more than is tolerated.
        assertThat(decide(f -> f.stock(STOCK).plan(0, 1, Plan.JobState.DONE).given("plan-0", MIDDLE, unloadable))
                        .actions())
                .singleElement()
                .isInstanceOfSatisfying(Action.StartPlan.class, start -> {
                    assertThat(start.attempt()).isEqualTo(1);
                    assertThat(start.correction()).isEqualTo(Correction.NONE);
                });
    }

    @Test
    void keepsWhatItTookHoweverTheStockGrows() {
        Sha256 better = digest("better");
        Decision decision = decide(f -> f.stock(stock(priced(MIDDLE, 0.966, 600), priced(better, 0.969, 640), UNPRUNED))
                .plan(0, 1, Plan.JobState.DONE)
                .given("plan-0", MIDDLE, accepted(610)));

        assertThat(decision.state()).isEqualTo(DeviceState.SERVING);
        assertThat(decision.actions()).isEmpty();
    }

    @Test
    void goesToTheNextCheaperOneAfterTwoTrialsThatWereTooSlow() {
        Stock close = stock(priced(SMALL, 0.9655, 500), priced(MIDDLE, 0.966, 640), UNPRUNED);
        Decision decision = decide(f -> f.stock(close)
                .plan(0, 1, Plan.JobState.DONE)
                .given("plan-0", MIDDLE, trial(TrialOutcome.TOO_SLOW, 780))
                .given("plan-0", MIDDLE, trial(TrialOutcome.TOO_SLOW, 780)));

        assertThat(decision.actions()).singleElement().isInstanceOfSatisfying(Action.TakeFromStock.class, take -> {
            assertThat(take.variant()).isEqualTo(SMALL);
            assertThat(take.correction()).isEqualTo(new Correction(1.2));
            assertThat(take.evidence()).contains("was measured at p95 780 µs");
        });
    }

    @Test
    void goesToTheNextCheaperOneWhenTelemetryIsOverTheBudget() {
        Stock close = stock(priced(SMALL, 0.9655, 500), priced(MIDDLE, 0.966, 640), UNPRUNED);
        Decision decision = decide(f -> f.stock(close)
                .plan(0, 1, Plan.JobState.DONE)
                .given("plan-0", MIDDLE, accepted(650))
                .observed(new Observed(800, 780, 710)));

        assertThat(decision.actions())
                .singleElement()
                .isInstanceOfSatisfying(
                        Action.TakeFromStock.class,
                        take -> assertThat(take.variant()).isEqualTo(SMALL));
    }

    @Test
    void neverComesBackToWhatWasTooSlowForTheGoal() {
        // By the corrected prediction the middle one would fit again.
        Decision decision = decide(f -> f.stock(stock(priced(MIDDLE, 0.966, 300), UNPRUNED))
                .plan(0, 1, Plan.JobState.DONE)
                .given("plan-0", MIDDLE, trial(TrialOutcome.TOO_SLOW, 780))
                .given("plan-0", MIDDLE, trial(TrialOutcome.TOO_SLOW, 780)));

        assertThat(decision.actions())
                .singleElement()
                .isInstanceOfSatisfying(
                        Action.StartPlan.class,
                        start -> assertThat(start.attempt()).isEqualTo(1));
    }

    @Test
    void takesAnythingThatFitsOnceNoCampaignIsLeft() {
        Decision decision = decide(f -> f.stock(stock(priced(SMALL, 0.80, 200), UNPRUNED))
                .plan(3, 1, Plan.JobState.DONE)
                .pruned("plan-3", trial(TrialOutcome.TOO_SLOW, 780))
                .pruned("plan-3", trial(TrialOutcome.TOO_SLOW, 780)));

        assertThat(decision.actions())
                .singleElement()
                .isInstanceOfSatisfying(
                        Action.TakeFromStock.class,
                        take -> assertThat(take.variant()).isEqualTo(SMALL));
    }

    @Test
    void aFinishedCampaignGivesTheBestOfAllThatFits() {
        Stock withRounds = stock(priced(PRUNED, 0.95, 500), priced(MIDDLE, 0.96, 600), UNPRUNED);

        assertThat(decide(f -> f.stock(withRounds).plan(1, 1, Plan.JobState.DONE))
                        .actions())
                .singleElement()
                .isInstanceOfSatisfying(
                        Action.DeployPlanned.class,
                        deploy -> assertThat(deploy.variant()).isEqualTo(MIDDLE));
    }

    @Test
    void whatWasPrunedForTheGoalMayUseAllOfTheBudget() {
        Stock tight = stock(priced(PRUNED, 0.965, 690), priced(SMALL, 0.80, 200), UNPRUNED);

        assertThat(decide(f -> f.stock(tight).plan(1, 1, Plan.JobState.DONE)).actions())
                .containsExactly(new Action.DeployPlanned("plan-1", PRUNED, 690, "Pruned for " + GOAL.inWords() + "."));
    }

    @Test
    void whatHasNoPriceIsNotPassedOverForSomethingWorse() {
        assertThat(decide(f -> f.stock(STOCK).plan(1, 1, Plan.JobState.DONE)).actions())
                .singleElement()
                .isInstanceOfSatisfying(
                        Action.DeployPlanned.class,
                        deploy -> assertThat(deploy.variant()).isEqualTo(PRUNED));
    }

    @Test
    void whatWasPrunedForTheGoalIsTriedWhereNothingIsPredictedToFit() {
        Stock over = stock(priced(PRUNED, 0.965, 720), UNPRUNED);

        assertThat(decide(f -> f.stock(over).plan(1, 1, Plan.JobState.DONE)).actions())
                .singleElement()
                .isInstanceOfSatisfying(
                        Action.DeployPlanned.class,
                        deploy -> assertThat(deploy.variant()).isEqualTo(PRUNED));
    }

    @Test
    void takesNothingWhoseAccuracyIsNotKnownToSuffice() {
        Goal precise = new Goal(700.0, null, null, null, 0.96);
        Stock known = new Stock(STOCK.prices(), Map.of(SMALL, 0.95), 0.005);

        assertThat(NextStep.decide(new FactsBuilder()
                                .goal(precise)
                                .measured(200)
                                .dense(accepted(1000))
                                .stock(known)
                                .build())
                        .actions())
                .hasAtLeastOneElementOfType(Action.StartPlan.class);
    }

    private static Decision decide(UnaryOperator<FactsBuilder> with) {
        return NextStep.decide(
                with.apply(new FactsBuilder().goal(GOAL).measured(200).dense(accepted(1000)))
                        .build());
    }

    static Stock stock(Priced... members) {
        return new Stock(new DevicePrices(List.of(members), 0.95), Map.of(), 0.005);
    }

    static Priced priced(Sha256 digest, double score, double p95Micros) {
        NetworkBuilder net = new NetworkBuilder("any", new SplittableRandom(1));
        OperatorGraph any = OperatorGraph.of(net.build(net.relu(net.gemm(net.input("input", 4), 4))));
        return new Priced(new Member(digest, score, 1000, any, 1000, 100, 10), score, FactsBuilder.cost(p95Micros));
    }

    private static Trial accepted(double p95Micros) {
        return trial(TrialOutcome.ACCEPTED, p95Micros);
    }
}
