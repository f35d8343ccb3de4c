package io.espalier.pruning.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.espalier.pruning.importance.WeightThreshold;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecipeTest {
    @Test
    void hasNoMoreRoundsThanEpochs() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> recipe(3, 4, Recipe.Criterion.AUTO, OptionalDouble.empty()))
                .withMessageContaining("rounds is 4, must be at most the 3 epochs");
        assertThat(recipe(0, 4, Recipe.Criterion.AUTO, OptionalDouble.empty()).rounds())
                .isEqualTo(4);
    }

    @Test
    void doesNotRankByScalesThatAreGoneAfterTheFirstRound() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> recipe(3, 2, Recipe.Criterion.BATCH_NORM, OptionalDouble.empty()))
                .withMessageContaining("batch_norm");
    }

    @Test
    void cutsByItsThresholdInTheFirstRoundOnly() {
        Recipe recipe = recipe(4, 2, Recipe.Criterion.PERCENTILE, OptionalDouble.of(0.4));

        assertThat(recipe.forRound(2, 1, 2).threshold()).hasValue(0.4);
        assertThat(recipe.forRound(2, 2, 2).threshold()).isEmpty();
    }

    /** By hand: 0.8 less 27, 8 and 1 of 64 parts of it. */
    @Test
    void takesSingleWeightsInStepsThatGrowShorter() {
        Recipe recipe = recipe(0.8);

        assertThat(IntStream.rangeClosed(1, 4)
                        .mapToDouble(round -> recipe.forRound(1, round, 4).sparsity()))
                .usingElementComparator((one, other) -> Math.abs(one - other) < 1e-12 ? 0 : Double.compare(one, other))
                .containsExactly(0.4625, 0.7, 0.7875, 0.8);
        assertThat(recipe.forRound(3, 1, 1).sparsity()).isEqualTo(0.8);
    }

    @Test
    void keepsAtLeastSomeWeights() {
        for (double sparsity : new double[] {-0.1, 1, Double.NaN}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> recipe(sparsity))
                    .withMessage("sparsity must be from 0 to below 1, is " + sparsity);
        }
    }

    @Test
    void losesAShareOfTheScore() {
        assertThat(Recipe.DEFAULT.mostLost()).isEmpty();
        assertThat(Recipe.DEFAULT.withMostLost(0).mostLost()).hasValue(0);
        assertThat(Recipe.DEFAULT.withMostLost(0.02).withRounds(2).mostLost()).hasValue(0.02);
        for (double share : new double[] {-0.1, 1, Double.NaN}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Recipe.DEFAULT.withMostLost(share))
                    .withMessage("mostLost must be from 0 to below 1, is " + share);
        }
    }

    @Test
    void countsAsLargeWhatIsAboveAPercentileOfALayerOrTheNetwork() {
        assertThat(Recipe.DEFAULT.largeWeights()).isEqualTo(new WeightThreshold.OfLayer(50));
        assertThat(Recipe.DEFAULT.rankedByPercentile(80, Recipe.Scope.NETWORK).largeWeights())
                .isEqualTo(new WeightThreshold.OfNetwork(80));
        for (double percent : new double[] {0, 100, Double.NaN}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Recipe.DEFAULT.rankedByPercentile(percent, Recipe.Scope.LAYER))
                    .withMessage("percentile must be above 0 and below 100, is " + percent);
        }
    }

    @Test
    void hasAPercentileOnlyWhereChannelsAreRankedByOne() {
        Recipe ranked = Recipe.DEFAULT.rankedByPercentile(50, Recipe.Scope.NETWORK);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> ranked.rankedBy(Recipe.Criterion.L1, OptionalDouble.empty()))
                .withMessage("percentile and percentileScope need importance to be percentile, is l1");
    }

    private static Recipe recipe(double sparsity) {
        return Recipe.DEFAULT.with(parts -> {
            parts.epochs = 4;
            parts.rounds = 2;
            parts.importance = Recipe.Criterion.L1;
            parts.sparsity = sparsity;
        });
    }

    private static Recipe recipe(int epochs, int rounds, Recipe.Criterion importance, OptionalDouble threshold) {
        return Recipe.of(epochs, 7).withRounds(rounds).rankedBy(importance, threshold);
    }
}
