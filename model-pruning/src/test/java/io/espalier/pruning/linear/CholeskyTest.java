package io.espalier.pruning.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CholeskyTest {
    private static final double[][] MATRIX = {{4, 2, 1}, {2, 5, 3}, {1, 3, 6}};

    @Test
    void solves() {
        double[] x = Cholesky.of(MATRIX).solve(new double[] {8, 14, 15});

        for (int i = 0; i < 3; i++) {
            double product = 0;
            for (int j = 0; j < 3; j++) {
                product += MATRIX[i][j] * x[j];
            }
            assertThat(product).isCloseTo(new double[] {8, 14, 15}[i], within(1e-12));
        }
    }

    @Test
    void knowsDeterminantAndInverse() {
        Cholesky factor = Cholesky.of(MATRIX);

        assertThat(factor.logDeterminant()).isCloseTo(Math.log(67), within(1e-12));
        double[] diagonal = factor.inverseDiagonal();
        for (int i = 0; i < 3; i++) {
            double[] unit = new double[3];
            unit[i] = 1;
            assertThat(diagonal[i]).isCloseTo(factor.solve(unit)[i], within(1e-12));
        }
    }

    @Test
    void invertsAndSolvesManyAtOnceAsOneByOne() {
        double[][] many = random(9, 4, 1);
        double[][] matrix = Matrices.gram(random(20, 9, 2));
        for (int i = 0; i < matrix.length; i++) {
            for (int j = 0; j < i; j++) {
                matrix[i][j] = matrix[j][i];
            }
        }
        Cholesky factor = Cholesky.of(matrix);

        double[][] solved = factor.solve(many);
        double[][] inverse = factor.inverse();

        assertThat(Matrices.product(matrix, solved)).satisfies(product -> close(product, many));
        for (int column = 0; column < 4; column++) {
            double[] one = factor.solve(Matrices.transposed(many)[column]);
            for (int i = 0; i < one.length; i++) {
                assertThat(one[i]).isCloseTo(solved[i][column], within(1e-9));
            }
        }
        double[] diagonal = factor.inverseDiagonal();
        for (int i = 0; i < diagonal.length; i++) {
            assertThat(inverse[i][i]).isCloseTo(diagonal[i], within(1e-9));
        }
    }

    @Test
    void addsAShiftToTheDiagonalAndReadsTheUpperTriangleOnly() {
        double[][] upper = {{3, 2, 1}, {0, 4, 3}, {0, 0, 5}};

        assertThat(Cholesky.ofShifted(upper, 1).orElseThrow().solve(new double[] {8, 14, 15}))
                .containsExactly(Cholesky.of(MATRIX).solve(new double[] {8, 14, 15}));
    }

    @Test
    void hasNoFactorOfWhatIsNotPositiveDefiniteToWorkingPrecision() {
        double[][] singular = {{1, 1}, {1, 1 + 1e-15}};

        assertThat(Cholesky.ofShifted(singular, 0)).isEmpty();
        assertThat(Cholesky.ofShifted(singular, 1e-3)).isPresent();
    }

    @Test
    void refusesWhatIsNotPositiveDefinite() {
        assertThatThrownBy(() -> Cholesky.of(new double[][] {{1, 2}, {2, 1}}))
                .isInstanceOf(ArithmeticException.class)
                .hasMessageContaining("row 1");
    }

    private static void close(double[][] found, double[][] expected) {
        for (int i = 0; i < expected.length; i++) {
            assertThat(found[i]).containsExactly(expected[i], within(1e-9));
        }
    }

    private static double[][] random(int rows, int columns, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[][] values = new double[rows][columns];
        for (double[] row : values) {
            Arrays.setAll(row, i -> random.nextDouble() - 0.5);
        }
        return values;
    }
}
