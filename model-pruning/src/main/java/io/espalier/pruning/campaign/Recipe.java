package io.espalier.pruning.campaign;

import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * How a variant is made; the same recipe, seed and data give the same bits.
 *
 * @param learningRate peak of the schedule; absent lets the trainer choose
 * @param maxTrainSamples bound on the training samples used per epoch; absent uses all
 * @param distill whether the unpruned model teaches the pruned one
 * @param control whether to also report random pruning at the same widths without fine-tuning
 */
public record Recipe(
        int epochs,
        long seed,
        int batchSize,
        OptionalDouble learningRate,
        Criterion importance,
        OptionalInt maxTrainSamples,
        boolean distill,
        boolean control) {

    public static final int MOST_EPOCHS = 10_000;
    public static final int LARGEST_BATCH = 4096;

    public static final Recipe DEFAULT =
            new Recipe(3, 7, 64, OptionalDouble.empty(), Criterion.AUTO, OptionalInt.empty(), true, false);

    /** How channels are ranked. */
    public enum Criterion {
        /** Try L1 and Taylor at the chosen widths and keep the one that leaves the better network. */
        AUTO,
        L1,
        TAYLOR,
        RANDOM
    }

    public Recipe {
        within("epochs", epochs, 0, MOST_EPOCHS);
        within("batchSize", batchSize, 1, LARGEST_BATCH);
        if (maxTrainSamples.isPresent()) {
            within("maxTrainSamples", maxTrainSamples.getAsInt(), 1, Integer.MAX_VALUE);
        }
        if (learningRate.isPresent() && !(learningRate.getAsDouble() > 0 && learningRate.getAsDouble() < 10)) {
            throw new IllegalArgumentException(
                    "learningRate must be above 0 and below 10, is " + learningRate.getAsDouble());
        }
    }

    private static void within(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be from " + least + " to " + most + ", is " + value);
        }
    }
}
