package io.espalier.pruning.reconstruction;

import java.util.Arrays;

/**
 * Least squares with a penalty on large coefficients, whose weight is chosen on rows that were held out.
 *
 * <p>Fits {@code r ~ (x - mean(x)) D + mean(r)}: columns are divided by their standard deviations first, so that the
 * penalty means the same for each, and a column that never varies gets nothing. Fewer columns than rows are solved by the
 * normal equations, {@code (X^T X + l n I) D = X^T R}; more columns by their dual, {@code D = X^T (X X^T + l n I)^-1 R},
 * which never costs more than the rows squared.
 *
 * <p><b>Source:</b> Hoerl and Kennard 1970, "Ridge Regression: Biased Estimation for Nonorthogonal Problems"; the dual
 * is Saunders, Gammerman and Vovk 1998, "Ridge Regression Learning Algorithm in Dual Variables", section 2.
 */
final class RidgeRegression {
    private static final double[] PENALTIES = {1e-5, 1e-3, 1e-2, 1e-1, 1};
    /** Deviations this small beside the largest are rounding. */
    private static final double LEAST_DEVIATION = 1e-9;

    /**
     * What was found.
     *
     * @param coefficients {@code [columns, outputs]}; all zero where nothing did better on the held-out rows than nothing
     * @param offset {@code [outputs]}, added after the product
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Solution(double[][] coefficients, double[] offset) {}

    private final boolean withOffset;

    /** Without an offset nothing is centred: {@code r ~ x D}. */
    RidgeRegression(boolean withOffset) {
        this.withOffset = withOffset;
    }

    /**
     * Fits the first {@code fitted} rows under each penalty, takes the one that is best on the others, and fits all rows
     * under it.
     *
     * <p><b>Shape:</b> {@code x [n, columns]}, {@code r [n, outputs]}.
     */
    Solution fit(double[][] x, double[][] r, int fitted) {
        Problem part = new Problem(Arrays.copyOf(x, fitted), Arrays.copyOf(r, fitted), withOffset);
        double[][] heldX = Arrays.copyOfRange(x, fitted, x.length);
        double[][] heldR = Arrays.copyOfRange(r, fitted, r.length);
        double best = squares(heldR);
        double chosen = Double.NaN;
        for (double penalty : PENALTIES) {
            double[][] coefficients = part.solve(penalty);
            double error = coefficients.length == 0 ? Double.NaN : part.squaredError(coefficients, heldX, heldR);
            if (error < best) {
                best = error;
                chosen = penalty;
            }
        }
        double[][] coefficients = new double[0][];
        Problem whole = part;
        if (!Double.isNaN(chosen)) {
            whole = new Problem(x, r, withOffset);
            coefficients = whole.solve(chosen);
        }
        return coefficients.length == 0
                ? new Solution(new double[x[0].length][r[0].length], new double[r[0].length])
                : new Solution(coefficients, whole.offset(coefficients));
    }

    private static double squares(double[][] rows) {
        double sum = 0;
        for (double[] row : rows) {
            for (double value : row) {
                sum += value * value;
            }
        }
        return sum;
    }

    /** Rows with what is the same for every penalty. */
    private static final class Problem {
        private final double[] meanX;
        private final double[] meanR;
        private final double[] deviations;
        private final double[][] standardised;
        private final double[][] matrix;
        private final double[][] right;
        private final boolean dual;

        Problem(double[][] x, double[][] r, boolean centred) {
            int columns = x[0].length;
            meanX = centred ? mean(x) : new double[columns];
            meanR = centred ? mean(r) : new double[r[0].length];
            deviations = deviations(x, meanX);
            standardised = new double[x.length][columns];
            double[][] residual = new double[x.length][meanR.length];
            for (int row = 0; row < x.length; row++) {
                for (int c = 0; c < columns; c++) {
                    standardised[row][c] = deviations[c] == 0 ? 0 : (x[row][c] - meanX[c]) / deviations[c];
                }
                for (int o = 0; o < meanR.length; o++) {
                    residual[row][o] = r[row][o] - meanR[o];
                }
            }
            dual = columns > x.length;
            matrix = Matrices.gram(dual ? Matrices.transposed(standardised) : standardised);
            right = dual ? residual : Matrices.transposedProduct(standardised, residual);
        }

        /** Coefficients for columns as they came; empty where the penalty is too small for the precision. */
        double[][] solve(double penalty) {
            double[][] solved = Matrices.solve(matrix, penalty * standardised.length, right);
            if (solved.length == 0) {
                return solved;
            }
            double[][] coefficients = dual ? Matrices.transposedProduct(standardised, solved) : solved;
            for (int c = 0; c < coefficients.length; c++) {
                for (int o = 0; o < coefficients[c].length; o++) {
                    coefficients[c][o] = deviations[c] == 0 ? 0 : coefficients[c][o] / deviations[c];
                }
            }
            return coefficients;
        }

        double[] offset(double[][] coefficients) {
            double[] offset = meanR.clone();
            for (int c = 0; c < coefficients.length; c++) {
                for (int o = 0; o < offset.length; o++) {
                    offset[o] -= meanX[c] * coefficients[c][o];
                }
            }
            return offset;
        }

        double squaredError(double[][] coefficients, double[][] x, double[][] r) {
            double[][] said = Matrices.product(x, coefficients);
            double[] offset = offset(coefficients);
            double sum = 0;
            for (int row = 0; row < r.length; row++) {
                for (int o = 0; o < offset.length; o++) {
                    double error = r[row][o] - said[row][o] - offset[o];
                    sum += error * error;
                }
            }
            return sum;
        }

        private static double[] mean(double[][] rows) {
            double[] mean = new double[rows[0].length];
            for (double[] row : rows) {
                for (int c = 0; c < mean.length; c++) {
                    mean[c] += row[c];
                }
            }
            for (int c = 0; c < mean.length; c++) {
                mean[c] /= rows.length;
            }
            return mean;
        }

        /** Root mean squares around the centre; 0 for columns that do not vary. */
        private static double[] deviations(double[][] rows, double[] centre) {
            double[] deviations = new double[centre.length];
            for (double[] row : rows) {
                for (int c = 0; c < centre.length; c++) {
                    double distance = row[c] - centre[c];
                    deviations[c] += distance * distance;
                }
            }
            double largest = Arrays.stream(deviations).max().orElse(0);
            for (int c = 0; c < centre.length; c++) {
                boolean varies = deviations[c] > LEAST_DEVIATION * LEAST_DEVIATION * largest;
                deviations[c] = varies ? Math.sqrt(deviations[c] / rows.length) : 0;
            }
            return deviations;
        }
    }
}
