package io.espalier.pruning.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

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
    void refusesWhatIsNotPositiveDefinite() {
        assertThatThrownBy(() -> Cholesky.of(new double[][] {{1, 2}, {2, 1}}))
                .isInstanceOf(ArithmeticException.class)
                .hasMessageContaining("row 1");
    }
}
