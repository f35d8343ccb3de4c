package io.espalier.pruning.latency;

import java.util.List;

/**
 * Measured over regressed latency, known at a few width choices and interpolated between them.
 *
 * <p>Kernel regression (Nadaraya-Watson) of the logarithm with a Gaussian kernel over the root mean square difference
 * of log-widths, shrunk towards no correction where no measured point is near. It never turns negative, and being an
 * average it never exceeds what was seen.
 */
final class ResidualRatio {
    /** Distance, in nats of width, over which a measured ratio still speaks for its neighbours. */
    private static final double REACH = 0.25;
    /** Weight of the belief that the regression is right. */
    private static final double SCEPTICISM = 0.1;

    private final List<int[]> points;
    private final double[] logRatios;

    private ResidualRatio(List<int[]> points, double[] logRatios) {
        this.points = points;
        this.logRatios = logRatios;
    }

    static ResidualRatio between(List<int[]> widths, double[] ratios) {
        double[] logs = new double[ratios.length];
        for (int i = 0; i < logs.length; i++) {
            logs[i] = Math.log(ratios[i]);
        }
        return new ResidualRatio(List.copyOf(widths), logs);
    }

    double at(int[] widths) {
        double weights = SCEPTICISM;
        double sum = 0;
        for (int i = 0; i < logRatios.length; i++) {
            double distance = squaredDistance(points.get(i), widths) / (REACH * REACH);
            double weight = Math.exp(-distance / 2);
            weights += weight;
            sum += weight * logRatios[i];
        }
        return Math.exp(sum / weights);
    }

    private static double squaredDistance(int[] a, int[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            double d = Math.log((double) a[i] / b[i]);
            sum += d * d;
        }
        return a.length == 0 ? 0 : sum / a.length;
    }
}
