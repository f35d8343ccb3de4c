package io.espalier.controller.planning;

import io.espalier.controller.deployment.Goal;
import io.espalier.controller.planning.Facts.Plan;
import io.espalier.controller.planning.Facts.Planned;
import io.espalier.controller.planning.Facts.Stop;
import io.espalier.pruning.allocation.Cost;
import java.util.Locale;
import java.util.Optional;

/**
 * A campaign that ended by its recipe's limit on what may be lost while its variant was still over the goal. Another campaign
 * for the goal would end no nearer, so there is none.
 *
 * @param cost of the variant on this device
 */
record StoppedShort(Goal goal, Stop stop, Cost cost) {
    private static final double POINTS = 100;

    /**
     * Empty where the campaign came to its end, or its variant is within the goal nevertheless, and of a plan without a
     * campaign. The device's own timings go before those that the job planned with, which may be of another device of its
     * class. Before the last attempt, a variant that only a disturbed measurement may put over the goal counts as within it.
     *
     * @param correction that holds for the device's present timings
     */
    static Optional<StoppedShort> of(Goal goal, Plan plan, Planned planned, Stock stock, Correction correction) {
        Stop stop = planned.stop();
        if (stop == null || plan.attempt() == 0) {
            return Optional.empty();
        }
        Cost uncorrected = stock.cost(goal, Correction.NONE, planned.variant())
                .orElseGet(
                        () -> planned.predicted().slower(1 / plan.correction().factor()));
        Correction sure = plan.attempt() < Campaigns.MOST_ATTEMPTS ? correction.atLeast() : correction;
        return Stock.fits(goal, uncorrected.slower(sure.factor()))
                ? Optional.empty()
                : Optional.of(new StoppedShort(goal, stop, uncorrected.slower(correction.factor())));
    }

    Decision refusal(Facts facts) {
        Double asked = goal.latencyP95Micros();
        return Decision.refused(
                facts, goal, asked != null && cost.p95Micros() > asked ? cost.p95Micros() : null, detail());
    }

    private String detail() {
        return String.format(
                Locale.ROOT,
                "Pruning further would lose more of the score than the %.1f points that the recipe allows (round %d of %d lost"
                        + " %.1f). With %.1f points lost the model takes %s here; asked for %s. Raise the budget, or upload"
                        + " the model with a recipe that allows more (mostLost).",
                POINTS * stop.mostLost(),
                stop.round(),
                stop.of(),
                POINTS * stop.lost(),
                POINTS * stop.lostBefore(),
                goal.spentInWords(cost.p95Micros(), cost.peakMemoryBytes(), cost.sizeBytes()),
                goal.inWords());
    }
}
