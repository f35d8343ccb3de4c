package io.espalier.pruning.campaign;

import io.espalier.pruning.importance.WeightThreshold;
import io.espalier.pruning.quantisation.AskedPrecision;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * How a variant is made; the same recipe, seed and data give the same bits where no network is timed on the way and no run is
 * ended by time.
 *
 * @param epochs of training, shared out among the rounds
 * @param rounds in which the target is approached; after each the network is trained before more is cut
 * @param learningRate peak of the schedule; absent lets the trainer choose
 * @param percentile of magnitudes above which a weight counts as large, where channels are ranked by the share of large weights;
 *     above 0 and below 100
 * @param percentileScope whose magnitudes
 * @param threshold channels that fall under it, in the units of {@code importance}, go whatever the target; absent leaves
 *     it to the target how many go
 * @param maxTrainSamples bound on the training samples used per epoch; absent uses all
 * @param distill whether the unpruned model teaches the pruned one
 * @param control whether to also report random pruning at the same widths without fine-tuning
 * @param precision float32 unless asked otherwise: integers cannot be pruned again, and looking for them may train a second,
 *     wider network
 * @param sparsity share of the weights that are left after the last cut, the smallest, that is set to zero and held there
 *     through training; from 0 to below 1; with more rounds than one it is approached step by step
 * @param mostLost of the unpruned model's score, on the samples to choose by: a round that comes out more than this below it
 *     ends the campaign, whose variant is then that of the round before; absent goes on to the target whatever is lost
 */
public record Recipe(
        int epochs,
        int rounds,
        long seed,
        int batchSize,
        OptionalDouble learningRate,
        Criterion importance,
        double percentile,
        Scope percentileScope,
        OptionalDouble threshold,
        OptionalInt maxTrainSamples,
        boolean distill,
        boolean control,
        AskedPrecision precision,
        double sparsity,
        OptionalDouble mostLost) {

    public static final int MOST_EPOCHS = 10_000;
    public static final int MOST_ROUNDS = 20;
    public static final int LARGEST_BATCH = 4096;
    private static final double MEDIAN = 50;

    public static final Recipe DEFAULT = new Recipe(
            3,
            1,
            7,
            64,
            OptionalDouble.empty(),
            Criterion.AUTO,
            MEDIAN,
            Scope.LAYER,
            OptionalDouble.empty(),
            OptionalInt.empty(),
            true,
            false,
            AskedPrecision.FLOAT32,
            0,
            OptionalDouble.empty());

    /** The usual recipe with so many epochs, in one round. */
    public static Recipe of(int epochs, long seed) {
        return DEFAULT.with(parts -> {
            parts.epochs = epochs;
            parts.seed = seed;
        });
    }

    public Recipe withRounds(int number) {
        return with(parts -> parts.rounds = number);
    }

    /** @param share of the score, 0.02 for two points */
    public Recipe withMostLost(double share) {
        return with(parts -> parts.mostLost = OptionalDouble.of(share));
    }

    /** @param share of the weights that are left to be zero */
    public Recipe withSparsity(double share) {
        return with(parts -> parts.sparsity = share);
    }

    public Recipe withBatchSize(int size) {
        return with(parts -> parts.batchSize = size);
    }

    /** @param cut in the units of the criterion; absent leaves it to the target how many channels go */
    public Recipe rankedBy(Criterion criterion, OptionalDouble cut) {
        return with(parts -> {
            parts.importance = criterion;
            parts.threshold = cut;
        });
    }

    /** Ranked by the share of weights above a percentile of magnitudes. */
    public Recipe rankedByPercentile(double percent, Scope scope) {
        return with(parts -> {
            parts.importance = Criterion.PERCENTILE;
            parts.percentile = percent;
            parts.percentileScope = scope;
        });
    }

    public Recipe withMaxTrainSamples(int most) {
        return with(parts -> parts.maxTrainSamples = OptionalInt.of(most));
    }

    /** The same but for what is changed. */
    Recipe with(Consumer<Parts> change) {
        Parts parts = new Parts(this);
        change.accept(parts);
        return parts.recipe();
    }

    /** The parts of a recipe while some of them are changed. */
    static final class Parts {
        int epochs;
        int rounds;
        long seed;
        int batchSize;
        OptionalDouble learningRate;
        Criterion importance;
        double percentile;
        Scope percentileScope;
        OptionalDouble threshold;
        OptionalInt maxTrainSamples;
        boolean distill;
        boolean control;
        AskedPrecision precision;
        double sparsity;
        OptionalDouble mostLost;

        Parts(Recipe recipe) {
            epochs = recipe.epochs;
            rounds = recipe.rounds;
            seed = recipe.seed;
            batchSize = recipe.batchSize;
            learningRate = recipe.learningRate;
            importance = recipe.importance;
            percentile = recipe.percentile;
            percentileScope = recipe.percentileScope;
            threshold = recipe.threshold;
            maxTrainSamples = recipe.maxTrainSamples;
            distill = recipe.distill;
            control = recipe.control;
            precision = recipe.precision;
            sparsity = recipe.sparsity;
            mostLost = recipe.mostLost;
        }

        Recipe recipe() {
            return new Recipe(
                    epochs,
                    rounds,
                    seed,
                    batchSize,
                    learningRate,
                    importance,
                    percentile,
                    percentileScope,
                    threshold,
                    maxTrainSamples,
                    distill,
                    control,
                    precision,
                    sparsity,
                    mostLost);
        }
    }

    /** How channels are ranked. */
    public enum Criterion {
        /**
         * Try L1, reconstruction, Taylor, geometric median, batch-norm scale and APoZ, as far as the network has what they look at, and
         * keep the one that leaves the better network.
         */
        AUTO,
        RANDOM,
        L1,
        L2,
        /** Share of a channel's weights above a percentile of magnitudes. */
        PERCENTILE,
        APOZ,
        GRADIENT,
        TAYLOR,
        BATCH_NORM,
        GEOMETRIC_MEDIAN,
        /** What the other channels cannot make up for. */
        RECONSTRUCTION;

        /** Whether a threshold means anything: for a ranking without units, or several of them, it does not. */
        public boolean takesThreshold() {
            return this != AUTO && this != RANDOM && this != GEOMETRIC_MEDIAN && this != RECONSTRUCTION;
        }
    }

    /** Whose weights a percentile is of. */
    public enum Scope {
        /** Of each layer its own. */
        LAYER,
        /** Of all layers together. */
        NETWORK
    }

    /** What a weight must be above to count as large. */
    WeightThreshold largeWeights() {
        return switch (percentileScope) {
            case LAYER -> new WeightThreshold.OfLayer(percentile);
            case NETWORK -> new WeightThreshold.OfNetwork(percentile);
        };
    }

    public Recipe {
        within("epochs", epochs, 0, MOST_EPOCHS);
        within("rounds", rounds, 1, MOST_ROUNDS);
        if (control && rounds > 1) {
            throw new IllegalArgumentException(
                    "control compares with one cut by lot, so it needs rounds to be 1, is " + rounds);
        }
        if (epochs > 0 && rounds > epochs) {
            throw new IllegalArgumentException(
                    "rounds is " + rounds + ", must be at most the " + epochs + " epochs, so that each round trains");
        }
        if (rounds > 1 && importance == Criterion.BATCH_NORM) {
            throw new IllegalArgumentException(
                    "batch_norm ranks by scales that are folded away in the first round: rounds must be 1, is "
                            + rounds);
        }
        within("batchSize", batchSize, 1, LARGEST_BATCH);
        if (maxTrainSamples.isPresent()) {
            within("maxTrainSamples", maxTrainSamples.getAsInt(), 1, Integer.MAX_VALUE);
        }
        if (learningRate.isPresent() && !(learningRate.getAsDouble() > 0 && learningRate.getAsDouble() < 10)) {
            throw new IllegalArgumentException(
                    "learningRate must be above 0 and below 10, is " + learningRate.getAsDouble());
        }
        if (!(percentile > 0 && percentile < 100)) {
            throw new IllegalArgumentException("percentile must be above 0 and below 100, is " + percentile);
        }
        if (importance != Criterion.PERCENTILE && (percentile != MEDIAN || percentileScope != Scope.LAYER)) {
            throw new IllegalArgumentException("percentile and percentileScope need importance to be percentile, is "
                    + importance.name().toLowerCase(Locale.ROOT));
        }
        if (threshold.isPresent() && !(threshold.getAsDouble() >= 0 && Double.isFinite(threshold.getAsDouble()))) {
            throw new IllegalArgumentException(
                    "threshold is " + threshold.getAsDouble() + ", must be a number from 0 up");
        }
        if (!(sparsity >= 0 && sparsity < 1)) {
            throw new IllegalArgumentException("sparsity must be from 0 to below 1, is " + sparsity);
        }
        if (mostLost.isPresent() && !(mostLost.getAsDouble() >= 0 && mostLost.getAsDouble() < 1)) {
            throw new IllegalArgumentException("mostLost must be from 0 to below 1, is " + mostLost.getAsDouble());
        }
        if (mostLost.isPresent() && precision != AskedPrecision.FLOAT32) {
            throw new IllegalArgumentException(
                    "mostLost is held against rounds, which are in float32, and not against integers made of them:"
                            + " precision must be float32, is "
                            + precision.name().toLowerCase(Locale.ROOT));
        }
        if (threshold.isPresent() && !importance.takesThreshold()) {
            throw new IllegalArgumentException(
                    "threshold needs an importance with units of its own: l1, l2, percentile,"
                            + " apoz, gradient, taylor or batch_norm, not "
                            + importance.name().toLowerCase(Locale.ROOT));
        }
    }

    /**
     * The same for one round of it. A threshold cuts once, since some move with what was cut.
     *
     * @param round from 1
     */
    Recipe forRound(int epochsOfRound, int round, int of) {
        return with(parts -> {
            parts.epochs = epochsOfRound;
            parts.rounds = 1;
            parts.threshold = round == 1 ? threshold : OptionalDouble.empty();
            parts.sparsity = sparsityAfter(round, of);
        });
    }

    /**
     * Most weights go while there are many to do without, and few once few are left: of {@code s} in all,
     * {@code s (1 - (1 - round / of)^3)} are zero behind a round.
     *
     * <p>Source: Zhu and Gupta 2017, "To prune, or not to prune", equation 1.
     */
    private double sparsityAfter(int round, int of) {
        return round == of ? sparsity : sparsity * (1 - Math.pow(1 - (double) round / of, 3));
    }

    private static void within(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be from " + least + " to " + most + ", is " + value);
        }
    }
}
