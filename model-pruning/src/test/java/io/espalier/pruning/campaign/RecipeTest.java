package io.espalier.pruning.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.OptionalDouble;
import java.util.OptionalInt;
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

        assertThat(recipe.forRound(2, true).threshold()).hasValue(0.4);
        assertThat(recipe.forRound(2, false).threshold()).isEmpty();
    }

    private static Recipe recipe(int epochs, int rounds, Recipe.Criterion importance, OptionalDouble threshold) {
        return new Recipe(
                epochs, rounds, 7, 64, OptionalDouble.empty(), importance, threshold, OptionalInt.empty(), true, false);
    }
}
