package io.espalier.pruning.latency;

import io.espalier.pruning.linear.Cholesky;
import java.util.Arrays;

/**
 * Weights of residuals under a covariance whose inverse is known, once some of the observations are noisier than it says.
 *
 * <p>{@code (K + E D E^T)^-1 = K^-1 - K^-1 E (D^-1 + E^T K^-1 E)^-1 E^T K^-1}, where E picks the m noisier ones and D holds
 * what their variances grew by. <i>Cost:</i> n m + m^3 / 3, and m^2 for each deviation that is asked for.
 */
final class Doubted {
    private final double[][] inverse;
    private final double[] plainWeights;
    private final int[] doubted;
    private final Cholesky among;
    private final double[] weights;

    private Doubted(double[][] inverse, double[] plainWeights, double[] added) {
        this.inverse = inverse;
        this.plainWeights = plainWeights;
        this.doubted = indices(added);
        int m = doubted.length;
        double[][] matrix = new double[m][m];
        double[] right = new double[m];
        for (int a = 0; a < m; a++) {
            for (int b = a; b < m; b++) {
                matrix[a][b] = inverse[doubted[a]][doubted[b]];
            }
            matrix[a][a] += 1 / added[doubted[a]];
            right[a] = plainWeights[doubted[a]];
        }
        this.among = Cholesky.of(matrix);
        this.weights = plainWeights.clone();
        double[] taken = among.solve(right);
        for (int a = 0; a < m; a++) {
            double[] row = inverse[doubted[a]];
            for (int i = 0; i < weights.length; i++) {
                weights[i] -= taken[a] * row[i];
            }
        }
    }

    /** All are believed. */
    static Doubted none(double[][] inverse, double[] residual) {
        double[] weights = new double[residual.length];
        for (int j = 0; j < residual.length; j++) {
            double[] row = inverse[j];
            double each = residual[j];
            for (int i = 0; i < weights.length; i++) {
                weights[i] += each * row[i];
            }
        }
        return new Doubted(inverse, weights, new double[residual.length]);
    }

    /** @param added variance of each observation beyond what the covariance says; 0 where it is believed */
    Doubted with(double[] added) {
        return new Doubted(inverse, plainWeights, added);
    }

    private static int[] indices(double[] added) {
        int[] indices = new int[added.length];
        int m = 0;
        for (int i = 0; i < added.length; i++) {
            if (added[i] > 0) {
                indices[m++] = i;
            }
        }
        return Arrays.copyOf(indices, m);
    }

    double[] weights() {
        return weights.clone();
    }

    /** The residual less what all others say of it. */
    double leaveOneOut(int i) {
        return weights[i] / precision(i);
    }

    /** What was to be expected of {@link #leaveOneOut}. */
    double deviation(int i) {
        return 1 / Math.sqrt(precision(i));
    }

    private double precision(int i) {
        if (doubted.length == 0) {
            return inverse[i][i];
        }
        double[] column = new double[doubted.length];
        for (int a = 0; a < column.length; a++) {
            column[a] = inverse[i][doubted[a]];
        }
        return inverse[i][i] - NonNegativeRegression.dot(column, among.solve(column));
    }
}
