package io.espalier.pruning.allocation;

import java.util.Arrays;
import java.util.List;

/**
 * What is kept of each group's importance at each width.
 *
 * <p>Scores of different layers are not comparable (a layer's weights can all be small), so each group is normalised to
 * its own total. The worth of a width is the logarithm of the fraction kept: worths add up as the fractions multiply,
 * as if each layer passed on that part of the signal. The logarithm also is what guards against starving a layer:
 * the last channels of a group are worth ever more.
 */
public final class Worth {
    private static final double SMALLEST_KEPT = 1e-6;

    private final double[][] kept;

    private Worth(double[][] kept) {
        this.kept = kept;
    }

    /**
     * @param scores a group's channel scores, never negative, in any order; one array a group
     */
    public static Worth of(List<double[]> scores) {
        double[][] kept = new double[scores.size()][];
        for (int g = 0; g < kept.length; g++) {
            kept[g] = cumulative(scores.get(g));
        }
        return new Worth(kept);
    }

    private static double[] cumulative(double[] scores) {
        double[] sorted = scores.clone();
        Arrays.sort(sorted);
        double total = 0;
        for (double each : sorted) {
            if (!(each >= 0) || Double.isInfinite(each)) {
                throw new IllegalArgumentException("An importance score is " + each + ", must be a number from 0 up");
            }
            total += each;
        }
        double[] kept = new double[sorted.length + 1];
        for (int k = 1; k < kept.length; k++) {
            // All scores zero: every channel counts the same.
            kept[k] = kept[k - 1] + (total > 0 ? sorted[sorted.length - k] / total : 1.0 / sorted.length);
        }
        return kept;
    }

    /** Fraction of the group's importance that its {@code width} best channels hold, 0 to 1. */
    public double kept(int group, int width) {
        return kept[group][width];
    }

    /** Worth of one group at one width: 0 when whole, negative otherwise. */
    double of(int group, int width) {
        return width == kept[group].length - 1 ? 0 : Math.log(Math.min(1, Math.max(SMALLEST_KEPT, kept[group][width])));
    }

    /** Worth of a whole choice. */
    public double of(int[] widths) {
        double sum = 0;
        for (int g = 0; g < widths.length; g++) {
            sum += of(g, widths[g]);
        }
        return sum;
    }
}
