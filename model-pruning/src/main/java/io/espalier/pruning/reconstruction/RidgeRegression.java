package io.espalier.pruning.reconstruction;

import io.espalier.pruning.linear.Cholesky;
import io.espalier.pruning.linear.Matrices;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Least squares with a penalty on large coefficients: {@code r ~ (x - mean(x)) D + mean(r)} for one x and any r.
 *
 * <p>Columns are divided by their standard deviations first, so that the penalty means the same for each, and a column
 * that never varies gets nothing. Fewer columns than rows are solved by the normal equations,
 * {@code (X^T X + l n I) D = X^T R}; more columns by their dual, {@code D = X^T (X X^T + l n I)^-1 R}, which never costs
 * more than the rows squared.
 *
 * <p><b>Cost:</b> n p min(n, p) multiplications once, min(n, p)^3 / 3 for each penalty, 2 n p q for each r of q columns;
 * 8 (n p + 2 min(n, p)^2) bytes. <b>Source:</b> Hoerl and Kennard 1970, "Ridge Regression: Biased Estimation for
 * Nonorthogonal Problems"; the dual is Saunders, Gammerman and Vovk 1998, "Ridge Regression Learning Algorithm in Dual
 * Variables", section 2.
 */
final class RidgeRegression {
    /** Deviations this small beside the largest are rounding. */
    private static final double LEAST_DEVIATION = 1e-9;

    /**
     * What was found.
     *
     * @param coefficients {@code [columns, outputs]}
     * @param offset {@code [outputs]}, added after the product
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Solution(double[][] coefficients, double[] offset) {
        double[][] predict(double[][] x) {
            double[][] said = Matrices.product(x, coefficients);
            for (double[] row : said) {
                for (int o = 0; o < offset.length; o++) {
                    row[o] += offset[o];
                }
            }
            return said;
        }
    }

    private final boolean withOffset;
    private final double[] means;
    private final double[] deviations;
    private final double[][] standardised;
    private final boolean dual;
    private final double[][] matrix;
    private @Nullable Cholesky factor;

    /**
     * @param x {@code [n, p]}
     * @param withOffset without, nothing is centred: {@code r ~ x D}
     */
    RidgeRegression(double[][] x, boolean withOffset) {
        this.withOffset = withOffset;
        int columns = x[0].length;
        means = withOffset ? means(x) : new double[columns];
        deviations = deviations(x, means);
        standardised = new double[x.length][columns];
        for (int row = 0; row < x.length; row++) {
            for (int c = 0; c < columns; c++) {
                standardised[row][c] = deviations[c] == 0 ? 0 : (x[row][c] - means[c]) / deviations[c];
            }
        }
        dual = columns > x.length;
        matrix = Matrices.gram(dual ? Matrices.transposed(standardised) : standardised);
    }

    /** Sets the penalty; false where it is too small for the precision, or x is not finite. */
    boolean penalise(double penalty) {
        factor = Cholesky.ofShifted(matrix, penalty * standardised.length).orElse(null);
        return factor != null;
    }

    /** The best coefficients for these r under the penalty that was set last. */
    Solution solve(double[][] r) {
        double[] meanR = withOffset ? means(r) : new double[r[0].length];
        double[][] centred = new double[r.length][meanR.length];
        for (int row = 0; row < r.length; row++) {
            for (int o = 0; o < meanR.length; o++) {
                centred[row][o] = r[row][o] - meanR[o];
            }
        }
        Cholesky penalised = Objects.requireNonNull(factor, "No penalty is set");
        double[][] coefficients = dual
                ? Matrices.transposedProduct(standardised, penalised.solve(centred))
                : penalised.solve(Matrices.transposedProduct(standardised, centred));
        double[] offset = meanR.clone();
        for (int c = 0; c < coefficients.length; c++) {
            for (int o = 0; o < offset.length; o++) {
                coefficients[c][o] = deviations[c] == 0 ? 0 : coefficients[c][o] / deviations[c];
                offset[o] -= means[c] * coefficients[c][o];
            }
        }
        return new Solution(coefficients, offset);
    }

    private static double[] means(double[][] rows) {
        double[] means = new double[rows[0].length];
        for (double[] row : rows) {
            for (int c = 0; c < means.length; c++) {
                means[c] += row[c];
            }
        }
        for (int c = 0; c < means.length; c++) {
            means[c] /= rows.length;
        }
        return means;
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
            boolean constant = deviations[c] <= LEAST_DEVIATION * LEAST_DEVIATION * largest;
            deviations[c] = constant ? 0 : Math.sqrt(deviations[c] / rows.length);
        }
        return deviations;
    }
}
