package io.espalier.pruning.reconstruction;

import java.util.Arrays;

/**
 * What was seen of a layer, one row for each place of a sample.
 *
 * @param read what the layer of the pruned network reads, {@code [rows, columns]}
 * @param wanted what the unpruned network computes there, {@code [rows, outputs]}
 * @param actual what the pruned network computes there, {@code [rows, outputs]}
 */
@SuppressWarnings("ArrayRecordComponent")
record Rows(double[][] read, double[][] wanted, double[][] actual) {
    static Rows empty(int rows, LinearLayer layer) {
        return new Rows(
                new double[rows][layer.columns()],
                new double[rows][layer.outputs()],
                new double[rows][layer.outputs()]);
    }

    int count() {
        return read.length;
    }

    /** Rows {@code from} (inclusive) to {@code to} (exclusive). */
    Rows range(int from, int to) {
        return new Rows(
                Arrays.copyOfRange(read, from, to),
                Arrays.copyOfRange(wanted, from, to),
                Arrays.copyOfRange(actual, from, to));
    }

    /** The columns and outputs of one group of a layer. */
    Rows ofGroup(LinearLayer layer, int group) {
        if (layer.groups() == 1) {
            return this;
        }
        int outputs = layer.outputsPerGroup();
        return new Rows(
                columns(read, group * layer.unknowns(), layer.unknowns()),
                columns(wanted, group * outputs, outputs),
                columns(actual, group * outputs, outputs));
    }

    private static double[][] columns(double[][] rows, int first, int count) {
        double[][] taken = new double[rows.length][];
        for (int row = 0; row < rows.length; row++) {
            taken[row] = Arrays.copyOfRange(rows[row], first, first + count);
        }
        return taken;
    }
}
