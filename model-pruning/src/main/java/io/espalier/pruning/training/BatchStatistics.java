package io.espalier.pruning.training;

import java.util.Arrays;

/** Means and variances of each channel, averaged over batches. */
final class BatchStatistics {
    private double[] means = new double[0];
    private double[] squares = new double[0];
    private int batches;
    private boolean on;
    private boolean through;

    void begin(int channels, boolean passThrough) {
        means = new double[channels];
        squares = new double[channels];
        batches = 0;
        on = true;
        through = passThrough;
    }

    void end() {
        on = false;
        through = false;
    }

    boolean isOn() {
        return on;
    }

    boolean passesThrough() {
        return through;
    }

    void add(double[] mean, double[] deviation) {
        batches++;
        for (int c = 0; c < mean.length; c++) {
            means[c] += mean[c];
            squares[c] += deviation[c] * deviation[c] + mean[c] * mean[c];
        }
    }

    double[] means() {
        return Arrays.stream(means).map(sum -> sum / batches).toArray();
    }

    double[] deviations() {
        double[] centre = means();
        double[] deviations = new double[centre.length];
        Arrays.setAll(
                deviations,
                c -> Math.sqrt(Math.max(squares[c] / batches - centre[c] * centre[c], Normalisation.EPSILON)));
        return deviations;
    }
}
