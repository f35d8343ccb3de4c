package io.espalier.pruning.allocation;

import java.util.Arrays;

/**
 * Multiple-choice knapsack: one item of each class, the greatest worth within a capacity.
 *
 * <p>Dynamic programming over a capacity cut into slices; weights are rounded up to whole slices, so an answer never
 * exceeds the capacity, and the optimum is missed by at most one slice a class. Cost: classes x items x slices.
 */
final class Knapsack {
    private static final int SLICES = 2000;

    private Knapsack() {}

    /**
     * @param weights of each item of each class, any sign
     * @param worths likewise
     * @return the chosen item of each class; the lightest of each where even these exceed the capacity
     */
    static int[] solve(double[][] weights, double[][] worths, double capacity) {
        int classes = weights.length;
        double[] lightest = new double[classes];
        double base = 0;
        double heaviest = 0;
        for (int c = 0; c < classes; c++) {
            lightest[c] = Arrays.stream(weights[c]).min().orElseThrow();
            base += lightest[c];
            heaviest += Arrays.stream(weights[c]).max().orElseThrow() - lightest[c];
        }
        double room = Math.min(capacity - base, heaviest);
        if (room <= 0) {
            return lightestItems(weights);
        }
        double slice = room / SLICES;
        double[] best = new double[SLICES + 1];
        int[][] choice = new int[classes][SLICES + 1];
        for (int c = 0; c < classes; c++) {
            double[] next = new double[SLICES + 1];
            Arrays.fill(next, Double.NEGATIVE_INFINITY);
            for (int item = 0; item < weights[c].length; item++) {
                int slices = (int) Math.ceil((weights[c][item] - lightest[c]) / slice - 1e-9);
                for (int used = slices; used <= SLICES; used++) {
                    double worth = best[used - slices] + worths[c][item];
                    if (worth > next[used]) {
                        next[used] = worth;
                        choice[c][used] = item;
                    }
                }
            }
            best = next;
        }
        return walkBack(weights, lightest, slice, choice);
    }

    private static int[] walkBack(double[][] weights, double[] lightest, double slice, int[][] choice) {
        int[] chosen = new int[weights.length];
        int used = SLICES;
        for (int c = weights.length - 1; c >= 0; c--) {
            chosen[c] = choice[c][used];
            used -= (int) Math.ceil((weights[c][chosen[c]] - lightest[c]) / slice - 1e-9);
        }
        return chosen;
    }

    private static int[] lightestItems(double[][] weights) {
        int[] chosen = new int[weights.length];
        for (int c = 0; c < chosen.length; c++) {
            for (int item = 1; item < weights[c].length; item++) {
                if (weights[c][item] < weights[c][chosen[c]]) {
                    chosen[c] = item;
                }
            }
        }
        return chosen;
    }
}
