package io.espalier.pruning.allocation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Finds the widths that keep the most worth within the limits.
 *
 * <p>Latency is not separable: what a channel costs in one layer depends on how many its neighbours keep. So the budget
 * shrinks from the full network's cost to the target in a few rounds; in each, the price of every width of every group is
 * taken with the neighbours held fixed, and the choice is a multiple-choice knapsack. The next round linearises around
 * that choice. What the linear view got wrong is put right on true prices: narrow the group that loses the least worth
 * per load saved until it fits, then widen wherever there is room.
 */
public final class Allocator {
    private static final int ROUNDS = 5;
    private static final int BISECTIONS = 20;
    private static final double SLACK = 1e-9;

    private final WidthSpace space;
    private final Pricing pricing;
    private final Limits limits;

    public Allocator(WidthSpace space, Pricing pricing, Limits limits) {
        this.space = space;
        this.pricing = Pricing.remembered(pricing);
        this.limits = limits;
    }

    /** The best choice for this worth. A target that only fits without its margin gets the narrowest network. */
    public Allocation allocate(Worth worth) {
        return within(worth, rounds -> search(worth, rounds));
    }

    /** The widest network whose groups all keep about the same fraction; the plain way, to compare with. */
    public Allocation uniform(Worth worth) {
        return within(worth, rounds -> widestUniform());
    }

    private int[] widestUniform() {
        int[] best = space.minimum();
        double low = 0;
        double high = 1;
        for (int i = 0; i < BISECTIONS; i++) {
            double middle = (low + high) / 2;
            int[] widths = space.uniform(middle);
            if (limits.fits(pricing.of(widths))) {
                best = widths;
                low = middle;
            } else {
                high = middle;
            }
        }
        return best;
    }

    private interface Search {
        int[] run(List<Allocation.Round> rounds);
    }

    private Allocation within(Worth worth, Search search) {
        Cost floor = pricing.of(space.minimum());
        if (!limits.withoutMargin().fits(floor)) {
            return new Allocation.BelowFloor(floor);
        }
        List<Allocation.Round> rounds = new ArrayList<>();
        int[] widths = space.full();
        if (!limits.fits(floor)) {
            widths = space.minimum();
        } else if (!limits.fits(pricing.of(widths))) {
            widths = search.run(rounds);
        }
        return new Allocation.Chosen(widths, pricing.of(widths), worth.of(widths), rounds);
    }

    private int[] search(Worth worth, List<Allocation.Round> rounds) {
        int[] widths = space.full();
        double start = load(widths);
        DoubleUnaryOperator planned = share -> Math.pow(start, 1 - share);
        for (int round = 1; round <= ROUNDS; round++) {
            double budget = planned.applyAsDouble((double) round / ROUNDS);
            widths = knapsack(widths, worth, budget);
            rounds.add(new Allocation.Round(round, budget, load(widths), widths));
        }
        widths = narrowed(widths, worth);
        widen(widths, worth);
        rounds.add(new Allocation.Round(ROUNDS + 1, 1, load(widths), widths));
        return widths;
    }

    private int[] knapsack(int[] around, Worth worth, double budget) {
        double[][] weights = new double[space.size()][];
        double[][] worths = new double[space.size()][];
        double here = load(around);
        for (int g = 0; g < space.size(); g++) {
            List<Integer> choices = space.groups().get(g).choices();
            weights[g] = new double[choices.size()];
            worths[g] = new double[choices.size()];
            for (int i = 0; i < choices.size(); i++) {
                weights[g][i] = load(with(around, g, choices.get(i))) - here;
                worths[g][i] = worth.of(g, choices.get(i));
            }
        }
        int[] items = Knapsack.solve(weights, worths, budget - here);
        int[] widths = new int[items.length];
        for (int g = 0; g < widths.length; g++) {
            widths[g] = space.groups().get(g).choices().get(items[g]);
        }
        return widths;
    }

    private int[] narrowed(int[] from, Worth worth) {
        int[] widths = from.clone();
        while (load(widths) > 1) {
            Step best = bestStep(widths, worth, -1);
            if (best == null) {
                // No single group helps: two tensors share the memory peak, say. Narrowing all of them does.
                return widestUniform();
            }
            widths[best.group] = best.width;
        }
        return widths;
    }

    private void widen(int[] widths, Worth worth) {
        for (Step best = bestStep(widths, worth, 1); best != null; best = bestStep(widths, worth, 1)) {
            widths[best.group] = best.width;
        }
    }

    private record Step(int group, int width, double merit) {}

    /** The move to a narrower (-1) or wider (1) choice with the best worth per load; null when none helps or fits. */
    private @Nullable Step bestStep(int[] widths, Worth worth, int direction) {
        Step best = null;
        double here = load(widths);
        for (int g = 0; g < widths.length; g++) {
            for (int choice : space.groups().get(g).choices()) {
                if ((choice - widths[g]) * direction <= 0) {
                    continue;
                }
                double load = load(with(widths, g, choice));
                boolean usable = direction > 0 ? load <= 1 : load < here - SLACK;
                if (usable) {
                    double gained = worth.of(g, choice) - worth.of(g, widths[g]);
                    double spent = Math.max(SLACK, Math.abs(load - here));
                    double merit = gained / spent;
                    best = best == null || merit > best.merit ? new Step(g, choice, merit) : best;
                }
            }
        }
        return best;
    }

    private double load(int[] widths) {
        return limits.load(pricing.of(widths));
    }

    private static int[] with(int[] widths, int group, int width) {
        int[] changed = widths.clone();
        changed[group] = width;
        return changed;
    }
}
