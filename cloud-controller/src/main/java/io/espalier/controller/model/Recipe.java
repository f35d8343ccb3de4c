package io.espalier.controller.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How variants of a model are trained.
 *
 * @param learningRate null leaves it to the trainer
 * @param maxTrainSamples null for all
 * @param control true also measures pruning at random without fine-tuning, for comparison
 */
public record Recipe(
        int epochs,
        long seed,
        int batchSize,
        @Nullable Double learningRate,
        String importance,
        @Nullable Integer maxTrainSamples,
        boolean distill,
        boolean control) {
    private static final List<String> IMPORTANCES = List.of(
            "auto",
            "random",
            "l1",
            "l2",
            "percentile",
            "apoz",
            "gradient",
            "taylor",
            "batch_norm",
            "geometric_median",
            "reconstruction");

    public static final Recipe USUAL = new Recipe(3, 7, 64, null, "auto", null, true, false);

    public Recipe {
        within("epochs", epochs, 0, 1000);
        within("batchSize", batchSize, 1, 4096);
        if (maxTrainSamples != null) {
            within("maxTrainSamples", maxTrainSamples, 1, Integer.MAX_VALUE);
        }
        if (learningRate != null && !(learningRate > 0 && learningRate < 10)) {
            throw new IllegalArgumentException("learningRate must be above 0 and below 10, got " + learningRate);
        }
        if (!IMPORTANCES.contains(importance)) {
            throw new IllegalArgumentException(
                    "importance must be one of " + String.join(", ", IMPORTANCES) + "; got \"" + importance + "\"");
        }
    }

    private static void within(String field, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(field + " must be " + least + " to " + most + ", got " + value);
        }
    }
}
