package io.espalier.pruning.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class KnapsackTest {
    @Test
    void comesCloseToTheBestOfAllCombinations() {
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            double[][] weights = new double[3][4];
            double[][] worths = new double[3][4];
            for (int c = 0; c < 3; c++) {
                for (int i = 0; i < 4; i++) {
                    weights[c][i] = random.nextDouble() - 0.2;
                    worths[c][i] = random.nextDouble();
                }
            }
            double capacity = 0.8;
            weights[0][0] = weights[1][0] = weights[2][0] = 0.1;
            int[] chosen = Knapsack.solve(weights, worths, capacity);

            assertThat(total(weights, chosen)).as("seed %d", seed).isLessThanOrEqualTo(capacity + 1e-9);
            assertThat(total(worths, chosen)).as("seed %d", seed).isGreaterThan(best(weights, worths, capacity) - 0.05);
        }
    }

    @Test
    void takesTheLightestWhereNothingFits() {
        assertThat(Knapsack.solve(new double[][] {{3, 2}, {5, 9}}, new double[][] {{1, 0}, {0, 1}}, 1))
                .containsExactly(1, 0);
    }

    private static double total(double[][] values, int[] chosen) {
        return values[0][chosen[0]] + values[1][chosen[1]] + values[2][chosen[2]];
    }

    private static double best(double[][] weights, double[][] worths, double capacity) {
        double best = Double.NEGATIVE_INFINITY;
        for (int code = 0; code < 64; code++) {
            int[] chosen = {code & 3, code >> 2 & 3, code >> 4};
            if (total(weights, chosen) <= capacity) {
                best = Math.max(best, total(worths, chosen));
            }
        }
        return best;
    }
}
