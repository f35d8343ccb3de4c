package io.espalier.pruning.reconstruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.pruning.linear.Matrices;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RidgeRegressionTest {
    private final Random random = new Random(3);

    @Test
    void findsTheCoefficientsAndTheOffsetThatMadeTheData() {
        double[][] x = normal(200, 5, 3);
        double[][] r = new double[200][2];
        for (int row = 0; row < r.length; row++) {
            r[row][0] = 2 * x[row][0] - x[row][4] + 7;
            r[row][1] = 0.5 * x[row][2];
        }
        RidgeRegression.Solution solution = solve(x, r, true, 1e-9);
        assertThat(solution.coefficients()[0]).containsExactly(new double[] {2, 0}, within(1e-6));
        assertThat(solution.coefficients()[2]).containsExactly(new double[] {0, 0.5}, within(1e-6));
        assertThat(solution.coefficients()[4]).containsExactly(new double[] {-1, 0}, within(1e-6));
        assertThat(solution.offset()).containsExactly(new double[] {7, 0}, within(1e-6));
    }

    @Test
    void minimisesThePenalisedLossWithMoreRowsThanColumnsAndWithFewer() {
        for (int rows : new int[] {60, 20}) {
            double[][] x = ofUnitDeviation(normal(rows, 40, 0));
            double[][] r = normal(rows, 3, 0);
            double penalty = 0.03;
            double[][] found = solve(x, r, false, penalty).coefficients();
            double[][] rest = Matrices.product(x, found);
            for (int row = 0; row < rows; row++) {
                for (int o = 0; o < 3; o++) {
                    rest[row][o] -= r[row][o];
                }
            }
            double[][] gradient = Matrices.transposedProduct(x, rest);
            for (int c = 0; c < 40; c++) {
                for (int o = 0; o < 3; o++) {
                    assertThat(gradient[c][o] + penalty * rows * found[c][o])
                            .as("%d rows", rows)
                            .isCloseTo(0, within(1e-9));
                }
            }
        }
    }

    @Test
    void aColumnThatNeverVariesGetsNothingAndEqualColumnsShare() {
        double[][] x = normal(100, 4, 0);
        double[][] r = new double[100][1];
        for (int row = 0; row < r.length; row++) {
            x[row][1] = 5;
            x[row][3] = x[row][2];
            r[row][0] = 4 * x[row][2];
        }
        double[][] found = solve(x, r, true, 1e-6).coefficients();
        assertThat(found[1][0]).isZero();
        assertThat(found[2][0]).isCloseTo(2, within(1e-3));
        assertThat(found[3][0]).isCloseTo(2, within(1e-3));
    }

    @Test
    void thePenaltyMeansTheSameForColumnsOfAnyScale() {
        double[][] x = normal(50, 2, 0);
        double[][] scaled = new double[50][];
        double[][] r = new double[50][1];
        for (int row = 0; row < r.length; row++) {
            scaled[row] = new double[] {1000 * x[row][0], x[row][1]};
            r[row][0] = x[row][0] + x[row][1];
        }
        assertThat(1000 * solve(scaled, r, true, 0.5).coefficients()[0][0])
                .isCloseTo(solve(x, r, true, 0.5).coefficients()[0][0], within(1e-9));
    }

    @Test
    void refusesAPenaltyThatLeavesTheMatrixSingularOrDataThatIsNotFinite() {
        double[][] equal = {{1, 1}, {2, 2}, {-3, -3}};
        assertThat(new RidgeRegression(equal, true).penalise(0)).isFalse();
        assertThat(new RidgeRegression(equal, true).penalise(1e-3)).isTrue();
        double[][] broken = {{1, 2}, {Double.NaN, 1}, {0, 1}};
        assertThat(new RidgeRegression(broken, true).penalise(1)).isFalse();
    }

    private static RidgeRegression.Solution solve(double[][] x, double[][] r, boolean withOffset, double penalty) {
        RidgeRegression regression = new RidgeRegression(x, withOffset);
        assertThat(regression.penalise(penalty)).isTrue();
        return regression.solve(r);
    }

    private double[][] normal(int rows, int columns, double mean) {
        double[][] values = new double[rows][columns];
        for (double[] row : values) {
            for (int c = 0; c < columns; c++) {
                row[c] = mean + random.nextGaussian();
            }
        }
        return values;
    }

    private static double[][] ofUnitDeviation(double[][] rows) {
        for (int c = 0; c < rows[0].length; c++) {
            double squares = 0;
            for (double[] row : rows) {
                squares += row[c] * row[c];
            }
            for (double[] row : rows) {
                row[c] /= Math.sqrt(squares / rows.length);
            }
        }
        return rows;
    }
}
