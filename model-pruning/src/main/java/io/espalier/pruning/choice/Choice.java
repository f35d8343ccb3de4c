package io.espalier.pruning.choice;

import io.espalier.proto.Sha256;
import io.espalier.pruning.allocation.Cost;
import io.espalier.pruning.allocation.Limits;
import io.espalier.pruning.allocation.Target;
import io.espalier.pruning.choice.DevicePrices.Priced;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What one device is to run, and what a campaign for it could gain.
 *
 * <p>Taken is the best-scored member that fits; among equals the one that is cheaper in latency, then size, then memory, so a
 * member that another one beats in everything is never taken. The regret assumes that of networks made by one recipe none is
 * better than a dearer one: what a campaign makes for the budget then scores no more than the cheapest member that is over
 * it and better than what is taken.
 *
 * @param taken empty where nothing fits
 * @param missed the cheapest that is better than what is taken and does not fit; empty where nothing is better
 * @param regret most that a campaign could gain in score; 0 where nothing is better, infinite where nothing fits
 */
public record Choice(Optional<Priced> taken, Optional<Priced> missed, double regret) {
    private static final Comparator<Priced> BEST_FIRST = Comparator.comparingDouble(
                    (Priced each) -> -each.member().score())
            .thenComparingDouble(each -> each.cost().p95Micros())
            .thenComparingLong(each -> each.cost().sizeBytes())
            .thenComparingLong(each -> each.cost().peakMemoryBytes())
            .thenComparing(each -> each.member().digest().hex());

    /** Chooses among all members. */
    public static Choice of(DevicePrices prices, Target budget) {
        return of(prices, budget, digest -> true);
    }

    /**
     * Chooses among some members; the others still show what could be gained.
     *
     * @param allowed which may be taken, by digest
     */
    public static Choice of(DevicePrices prices, Target budget, Predicate<Sha256> allowed) {
        Limits limits = new Limits(budget, prices.latencyMargin());
        Optional<Priced> taken = prices.members().stream()
                .filter(each -> allowed.test(each.member().digest()))
                .filter(each -> isJudged(each, limits) && limits.fits(each.cost()))
                .min(BEST_FIRST);
        double score = taken.map(each -> each.member().score()).orElse(Double.NEGATIVE_INFINITY);
        Optional<Priced> missed = missed(prices.members(), limits, score);
        double regret = taken.isEmpty()
                ? Double.POSITIVE_INFINITY
                : missed.map(each -> each.potential() - score).orElse(0.0);
        return new Choice(taken, missed, regret);
    }

    private static Optional<Priced> missed(List<Priced> members, Limits limits, double score) {
        return members.stream()
                .filter(each -> isJudged(each, limits) && !limits.fits(each.cost()) && each.potential() > score)
                .min(Comparator.comparingDouble((Priced each) -> limits.load(each.cost()))
                        .thenComparing(BEST_FIRST));
    }

    /** Of integers that the device timed nothing like, nobody can say whether they meet a latency. */
    private static boolean isJudged(Priced each, Limits limits) {
        return each.isTimed() || limits.target().latencyP95Micros().isEmpty();
    }

    /** What the device is expected to spend; empty where nothing fits. */
    public Optional<Cost> cost() {
        return taken.map(Priced::cost);
    }

    /**
     * Whether a campaign is worth its while.
     *
     * @param tolerance score that a device may forgo
     */
    public boolean calls(double tolerance) {
        return regret > tolerance;
    }
}
