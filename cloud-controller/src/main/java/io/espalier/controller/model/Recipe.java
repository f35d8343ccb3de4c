package io.espalier.controller.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How variants of a model are made.
 *
 * @param epochs of training, shared out among the rounds
 * @param rounds in which a target is approached; after each the network is trained before more is cut
 * @param learningRate null leaves it to the trainer
 * @param percentile of magnitudes above which a weight counts as large, where {@code importance} is the share of large weights,
 *     above 0 and below 100; null for the median
 * @param percentileScope whose magnitudes: layer, of each layer its own, or network, of all together; null for layer
 * @param threshold channels that fall under it, in the units of {@code importance}, go whatever the target; null leaves it
 *     to the target how many go
 * @param maxTrainSamples null for all
 * @param control true also measures pruning at random without fine-tuning, for comparison
 * @param precision float32, int8, or auto, which takes integers where measurements say that they serve the budget better
 * @param sparsity share of the weights left after the last cut that is held at zero, from 0 to below 1
 * @param mostLost share of the unpruned model's score: a round that comes out more than this below it ends the campaign, whose
 *     variant is then that of the round before; null goes on to the target whatever is lost
 */
public record Recipe(
        int epochs,
        int rounds,
        long seed,
        int batchSize,
        @Nullable Double learningRate,
        String importance,
        @Nullable Double percentile,
        @Nullable String percentileScope,
        @Nullable Double threshold,
        @Nullable Integer maxTrainSamples,
        boolean distill,
        boolean control,
        String precision,
        double sparsity,
        @Nullable Double mostLost) {
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
    /** Of one unit each; the others are ranks, or several criteria at once. */
    private static final List<String> WITH_UNITS =
            List.of("l1", "l2", "percentile", "apoz", "gradient", "taylor", "batch_norm");

    private static final List<String> SCOPES = List.of("layer", "network");
    private static final List<String> PRECISIONS = List.of("auto", "float32", "int8");

    public static final Recipe USUAL =
            new Recipe(3, 1, 7, 64, null, "auto", null, null, null, null, true, false, "float32", 0, null);

    /** Errors: {@link IllegalRecipeException}, for whatever a worker would refuse too. */
    public Recipe {
        within("epochs", epochs, 0, 1000);
        within("rounds", rounds, 1, 20);
        within("batchSize", batchSize, 1, 4096);
        if (maxTrainSamples != null) {
            within("maxTrainSamples", maxTrainSamples, 1, Integer.MAX_VALUE);
        }
        if (learningRate != null && !(learningRate > 0 && learningRate < 10)) {
            throw new IllegalRecipeException("learningRate", "must be above 0 and below 10, got " + learningRate);
        }
        if (!IMPORTANCES.contains(importance)) {
            throw new IllegalRecipeException(
                    "importance", "must be one of " + String.join(", ", IMPORTANCES) + "; got \"" + importance + "\"");
        }
        if (!PRECISIONS.contains(precision)) {
            throw new IllegalRecipeException(
                    "precision", "must be one of " + String.join(", ", PRECISIONS) + "; got \"" + precision + "\"");
        }
        if (!(sparsity >= 0 && sparsity < 1)) {
            throw new IllegalRecipeException("sparsity", "must be from 0 to below 1, got " + sparsity);
        }
        if (mostLost != null) {
            requireMostLost(mostLost, precision);
        }
        if (rounds > 1) {
            requireFitForRounds(epochs, rounds, importance, control);
        }
        if (percentile != null) {
            requirePercentile(percentile, importance);
        }
        if (percentileScope != null) {
            requireScope(percentileScope, importance);
        }
        if (threshold != null) {
            requireThreshold(threshold, importance);
        }
    }

    private static void requireFitForRounds(int epochs, int rounds, String importance, boolean control) {
        if (epochs > 0 && rounds > epochs) {
            throw new IllegalRecipeException(
                    "rounds", "must be at most the " + epochs + " of epochs, so that each round trains, got " + rounds);
        }
        if (control) {
            throw new IllegalRecipeException(
                    "rounds", "must be 1 with control, which compares with one cut by lot, got " + rounds);
        }
        if (importance.equals("batch_norm")) {
            throw new IllegalRecipeException(
                    "rounds",
                    "must be 1 with importance \"batch_norm\", whose scales are folded away in the first round, got "
                            + rounds);
        }
    }

    private static void requirePercentile(double percentile, String importance) {
        if (!(percentile > 0 && percentile < 100)) {
            throw new IllegalRecipeException("percentile", "must be above 0 and below 100, got " + percentile);
        }
        requireRankedByPercentile("percentile", importance);
    }

    private static void requireScope(String scope, String importance) {
        if (!SCOPES.contains(scope)) {
            throw new IllegalRecipeException(
                    "percentileScope", "must be one of " + String.join(", ", SCOPES) + "; got \"" + scope + "\"");
        }
        requireRankedByPercentile("percentileScope", importance);
    }

    private static void requireRankedByPercentile(String field, String importance) {
        if (!importance.equals("percentile")) {
            throw new IllegalRecipeException(
                    field, "needs importance to be \"percentile\", got \"" + importance + "\"");
        }
    }

    private static void requireThreshold(double threshold, String importance) {
        if (!(threshold >= 0 && Double.isFinite(threshold))) {
            throw new IllegalRecipeException("threshold", "must be a number from 0 up, got " + threshold);
        }
        if (!WITH_UNITS.contains(importance)) {
            throw new IllegalRecipeException(
                    "threshold",
                    "needs an importance with units of its own, one of " + String.join(", ", WITH_UNITS) + "; got "
                            + threshold + " with \"" + importance + "\"");
        }
    }

    private static void requireMostLost(double mostLost, String precision) {
        if (!(mostLost >= 0 && mostLost < 1)) {
            throw new IllegalRecipeException("mostLost", "must be from 0 to below 1, got " + mostLost);
        }
        if (!precision.equals("float32")) {
            throw new IllegalRecipeException(
                    "mostLost",
                    "is held against rounds, which are in float32, so precision must be float32, got " + precision);
        }
    }

    private static void within(String field, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalRecipeException(field, "must be " + least + " to " + most + ", got " + value);
        }
    }
}
