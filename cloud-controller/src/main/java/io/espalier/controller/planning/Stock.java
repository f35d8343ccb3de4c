package io.espalier.controller.planning;

import io.espalier.controller.deployment.Goal;
import io.espalier.proto.Sha256;
import io.espalier.pruning.allocation.Cost;
import io.espalier.pruning.allocation.Limits;
import io.espalier.pruning.allocation.Target;
import io.espalier.pruning.choice.Choice;
import io.espalier.pruning.choice.DevicePrices;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The variants of a device's model that are there already, at the prices that the device's own timings give them.
 *
 * @param prices without any correction
 * @param accuracies on the test split, of those of which it is known
 * @param tolerance score that a device may forgo before a campaign is run for it
 */
public record Stock(DevicePrices prices, Map<Sha256, Double> accuracies, double tolerance) {
    /** What is chosen from where nothing has been made yet. */
    public static final Stock EMPTY = new Stock(new DevicePrices(List.of(), 1), Map.of(), 0);

    private static final double POINTS = 100;

    public Stock {
        accuracies = Map.copyOf(accuracies);
        if (!(tolerance >= 0)) {
            throw new IllegalArgumentException("Tolerance " + tolerance + " must be 0 or more");
        }
    }

    /** @param tried what was too slow for this goal already, whatever is predicted of it */
    Choice choose(Goal goal, Correction correction, Set<Sha256> tried) {
        return Choice.of(
                prices.corrected(correction.factor()),
                target(goal),
                digest -> !tried.contains(digest) && isAccurate(digest, goal.minAccuracy()));
    }

    /** The price of a variant; empty where it has none, or none in time and the goal asks for that. */
    Optional<Cost> cost(Goal goal, Correction correction, Sha256 variant) {
        return prices.corrected(correction.factor()).members().stream()
                .filter(each -> each.isTimed() || goal.latencyP95Micros() == null)
                .filter(each -> each.member().digest().equals(variant))
                .map(DevicePrices.Priced::cost)
                .findFirst();
    }

    /** Whether something of this cost is within a goal when all of the budget is used. */
    static boolean fits(Goal goal, Cost cost) {
        return new Limits(target(goal), 1).fits(cost);
    }

    /** Whether one variant fits when all of the budget is used; it is taken if so. */
    Choice judge(Goal goal, Correction correction, Sha256 variant) {
        return Choice.of(
                new DevicePrices(prices.corrected(correction.factor()).members(), 1), target(goal), variant::equals);
    }

    private boolean isAccurate(Sha256 variant, @Nullable Double least) {
        Double accuracy = accuracies.get(variant);
        return least == null || (accuracy != null && accuracy >= least);
    }

    private static Target target(Goal goal) {
        Target target = Target.NONE;
        if (goal.latencyP95Micros() != null) {
            target = target.withLatencyP95Micros(goal.latencyP95Micros());
        }
        if (goal.memoryBytes() != null) {
            target = target.withMemoryBytes(goal.memoryBytes());
        }
        return goal.sizeBytes() == null ? target : target.withSizeBytes(goal.sizeBytes());
    }

    /** Why this one, in a sentence; for choices that take something. */
    String reason(Goal goal, Choice choice) {
        DevicePrices.Priced taken = choice.taken().orElseThrow();
        String gain = choice.missed().isEmpty()
                ? "nothing made so far is better"
                : String.format(
                        Locale.ROOT,
                        "a campaign could gain %.2f points at most, %.2f are tolerated",
                        POINTS * choice.regret(),
                        POINTS * tolerance);
        return String.format(
                Locale.ROOT,
                "Best of the %d models made so far that fit %s by this device's own timings: scores %.1f %% on %,d samples to"
                        + " choose by; %s.",
                prices.members().size(),
                goal.inWords(),
                POINTS * taken.member().score(),
                taken.member().samples(),
                gain);
    }
}
