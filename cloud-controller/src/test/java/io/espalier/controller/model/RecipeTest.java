package io.espalier.controller.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecipeTest {
    @Test
    void takesRoundsAndAThresholdTogether() {
        Recipe recipe = recipe(4, 2, "l1", 0.05, false);

        assertThat(recipe.rounds()).isEqualTo(2);
        assertThat(recipe.threshold()).isEqualTo(0.05);
    }

    @Test
    void namesTheFieldAndTheValueThatNoRecipeCanHave() {
        refused("rounds", "rounds must be 1 to 20, got 0", () -> recipe(3, 0, "l1", null, false));
        refused("rounds", "rounds must be 1 to 20, got 21", () -> recipe(30, 21, "l1", null, false));
        refused("epochs", "epochs must be 0 to 1000, got -1", () -> recipe(-1, 1, "l1", null, false));
        refused("threshold", "threshold must be a number from 0 up, got -0.5", () -> recipe(3, 1, "l1", -0.5, false));
        refused(
                "threshold",
                "threshold must be a number from 0 up, got NaN",
                () -> recipe(3, 1, "l1", Double.NaN, false));
    }

    @Test
    void refusesRoundsWithoutAnEpochEach() {
        refused("rounds", "rounds must be at most the 3 of epochs", () -> recipe(3, 4, "l1", null, false));
        assertThat(recipe(0, 4, "l1", null, false).rounds())
                .as("without training at all")
                .isEqualTo(4);
    }

    @Test
    void refusesRoundsOfWhatCanOnlyBeDoneOnce() {
        refused("rounds", "with control", () -> recipe(3, 2, "l1", null, true));
        refused("rounds", "batch_norm", () -> recipe(3, 2, "batch_norm", null, false));
    }

    @Test
    void refusesAThresholdForWhatHasNoUnits() {
        for (String importance : new String[] {"auto", "random", "geometric_median", "reconstruction"}) {
            refused("threshold", "got 0.5 with \"" + importance + "\"", () -> recipe(3, 1, importance, 0.5, false));
        }
        assertThat(recipe(3, 1, "apoz", 0.5, false).threshold()).isEqualTo(0.5);
    }

    @Test
    void refusesAPrecisionThatNobodyComputesInAndASparsityThatLeavesNothing() {
        refused("precision", "precision must be one of auto, float32, int8; got \"int4\"", () -> recipe("int4", 0));
        refused("sparsity", "sparsity must be from 0 to below 1, got 1.0", () -> recipe("auto", 1));
        refused("sparsity", "sparsity must be from 0 to below 1, got -0.1", () -> recipe("auto", -0.1));
        assertThat(recipe("auto", 0.7).sparsity()).isEqualTo(0.7);
    }

    @Test
    void refusesALossThatNoRoundCanBeHeldAgainst() {
        refused("mostLost", "mostLost must be from 0 to below 1, got 1.0", () -> losing(1, "float32"));
        refused("mostLost", "mostLost must be from 0 to below 1, got -0.1", () -> losing(-0.1, "float32"));
        refused("mostLost", "mostLost must be from 0 to below 1, got NaN", () -> losing(Double.NaN, "float32"));
        refused("mostLost", "precision must be float32, got auto", () -> losing(0.02, "auto"));
        assertThat(losing(0.02, "float32").mostLost()).isEqualTo(0.02);
    }

    @Test
    void refusesAPercentileThatNoWeightIsAboveAndOneThatNothingIsRankedBy() {
        refused("percentile", "must be above 0 and below 100, got 0.0", () -> counting("percentile", 0.0, null));
        refused("percentile", "must be above 0 and below 100, got 100.0", () -> counting("percentile", 100.0, null));
        refused("percentile", "needs importance to be \"percentile\", got \"l1\"", () -> counting("l1", 80.0, null));
        refused(
                "percentileScope",
                "must be one of layer, network; got \"block\"",
                () -> counting("percentile", null, "block"));
        refused("percentileScope", "needs importance to be \"percentile\"", () -> counting("l1", null, "network"));
        assertThat(counting("percentile", 80.0, "network").percentileScope()).isEqualTo("network");
    }

    private static Recipe counting(String importance, @Nullable Double percentile, @Nullable String scope) {
        return new Recipe(
                3, 1, 7, 64, null, importance, percentile, scope, null, null, true, false, "float32", 0, null);
    }

    private static Recipe losing(double most, String precision) {
        return new Recipe(3, 1, 7, 64, null, "auto", null, null, null, null, true, false, precision, 0, most);
    }

    private static Recipe recipe(String precision, double sparsity) {
        return new Recipe(3, 1, 7, 64, null, "auto", null, null, null, null, true, false, precision, sparsity, null);
    }

    private static void refused(String field, String detail, ThrowingCallable making) {
        assertThatThrownBy(making)
                .isInstanceOfSatisfying(
                        IllegalRecipeException.class,
                        refused -> assertThat(refused.field()).isEqualTo(field))
                .hasMessageStartingWith(field + " ")
                .hasMessageContaining(detail);
    }

    private static Recipe recipe(
            int epochs, int rounds, String importance, @Nullable Double threshold, boolean control) {
        return new Recipe(
                epochs,
                rounds,
                7,
                64,
                null,
                importance,
                null,
                null,
                threshold,
                null,
                true,
                control,
                "float32",
                0,
                null);
    }
}
