package io.espalier.controller.model.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.controller.model.Recipe;
import org.junit.jupiter.api.Test;

class ModelRowTest {
    /** As rows were written before recipes had rounds, a threshold, a precision, a sparsity and a loss;
     * never to be changed. */
    private static final String FIRST_RECIPES = """
        {"epochs": 5, "seed": 11, "batchSize": 32, "learningRate": 0.02, "importance": "taylor",
         "maxTrainSamples": 4000, "distill": false, "control": true}\
        """;

    @Test
    void readsARecipeOfTheFirstVersion() {
        assertThat(ModelRow.recipe(FIRST_RECIPES))
                .isEqualTo(new Recipe(
                        5, 1, 11, 32, 0.02, "taylor", null, null, null, 4000, false, true, "float32", 0, null));
    }

    @Test
    void readsWhatItWrites() {
        Recipe recipe = new Recipe(
                6, 3, 11, 32, null, "percentile", 80.0, "network", 0.05, null, true, false, "float32", 0.7, 0.02);

        assertThat(ModelRow.recipe(ModelRow.json(recipe))).isEqualTo(recipe);
    }
}
