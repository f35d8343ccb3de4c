package io.espalier.pruning.cli;

import io.espalier.pruning.campaign.Recipe;
import io.espalier.pruning.campaign.TimeLimit;
import io.espalier.pruning.quantisation.AskedPrecision;
import io.espalier.pruning.training.Purpose;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a person can ask of the way a variant is made. */
final class RecipeOptions {
    private static final int LONGEST_MINUTES = 100_000;
    private static final double MILLIS_IN_MINUTE = 60_000;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            defaultValue = "3",
            description = "Passes over the training data. Default: 3")
    private int epochs;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Approach the target in so many rounds of cutting and training, the epochs shared out among them."
                            + " At most --epochs. A run that was interrupted goes on behind its last round when the same"
                            + " command is given again; without --profile, within a day. Default: 1")
    private int rounds;

    @Option(
            names = "--most-lost",
            paramLabel = "S",
            description =
                    "Stop where a round ends more than this share of accuracy (R² without labels) below the unpruned"
                            + " model, 0.02 for two points, on held-out training samples; the variant is that of the"
                            + " round before, which does not reach the target. Where there is none, the next best start"
                            + " is trained once before nothing is made. Needs float32. Default: go on whatever is lost")
    private @Nullable Double mostLost;

    @Option(
            names = "--most-minutes",
            paramLabel = "N",
            description =
                    "Begin no further round that would end later than so many minutes after the start, if it took as"
                            + " long as the longest so far; the variant is that of the last round that was finished,"
                            + " which does not reach the target. Needs --rounds, and float32. Default: go on however"
                            + " long it takes")
    private @Nullable Double mostMinutes;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "7", description = "Same seed, same bits. Default: 7")
    private long seed;

    @Option(
            names = "--importance",
            paramLabel = "HOW",
            defaultValue = "auto",
            completionCandidates = Criteria.class,
            description =
                    "How channels are ranked: ${COMPLETION-CANDIDATES}. Default: auto, which tries the likely ones")
    private Recipe.Criterion importance = Recipe.Criterion.AUTO;

    @Option(
            names = "--percentile",
            paramLabel = "P",
            description = "With --importance\u00A0percentile: weights above this percentage of magnitudes count as"
                    + " large, 50 is the median. Above 0 and below 100. Default: 50")
    private @Nullable Double percentile;

    @Option(
            names = "--percentile-scope",
            paramLabel = "WHOSE",
            description = "Whose magnitudes --percentile is of: layer, of each layer its own; or network, of all layers"
                    + " together. Default: layer")
    private Recipe.@Nullable Scope percentileScope;

    @Option(
            names = "--threshold",
            paramLabel = "X",
            description = "Cut channels under this value of --importance, whatever else is asked for, down to the next"
                    + " width that suits the device, and to 4: mean |w| (l1),"
                    + " root mean square (l2), share of large weights (percentile), mean |dL/dw| (gradient), change of the"
                    + " loss (taylor), |gamma| (batch_norm); for apoz, over this share of zeros")
    private @Nullable Double threshold;

    @Option(
            names = "--sparsity",
            paramLabel = "S",
            defaultValue = "0",
            description =
                    "Set this share of the weights that are left after cutting to zero, 0.7 say, and hold them there"
                            + " through training; with --rounds it comes step by step, more in each round than in the"
                            + " next. The file compresses better; nothing becomes faster. Default: 0")
    private double sparsity;

    @Option(
            names = "--precision",
            paramLabel = "HOW",
            defaultValue = "float32",
            description =
                    "float32; int8, 8-bit integers; or auto, which also tries integers, in the network that was made"
                            + " and in a wider one, and takes them where they meet what is asked for and are more"
                            + " accurate. Under --latency and --energy-mj they count only as far as they were timed: here,"
                            + " which --latency alone allows, or in a --profile that was saved with this option. Such a"
                            + " file cannot be pruned again. Default: float32")
    private AskedPrecision precision = AskedPrecision.FLOAT32;

    @Option(names = "--max-train-samples", paramLabel = "N", description = "Train on at most so many samples")
    private @Nullable Integer maxTrainSamples;

    @Option(names = "--control", description = "Also report channels drawn by lot, without fine-tuning")
    private boolean control;

    /**
     * What cannot be, in the words of the command line. A recipe has the same rules, but names its fields, and only the first
     * that is broken.
     */
    List<String> problems(Purpose task) {
        List<String> problems = new ArrayList<>();
        within(problems, "--epochs", epochs, Recipe.MOST_EPOCHS, 0);
        within(problems, "--rounds", rounds, Recipe.MOST_ROUNDS, 1);
        if (epochs > 0 && rounds > epochs) {
            problems.add("--rounds " + rounds + " needs at least --epochs " + rounds
                    + ", so that each round trains; --epochs is " + epochs);
        }
        if (control && rounds > 1) {
            problems.add("--control compares with one cut by lot and needs --rounds 1; --rounds is " + rounds);
        }
        if (importance == Recipe.Criterion.BATCH_NORM && rounds > 1) {
            problems.add("--importance batch_norm ranks by scales that are folded away in the first round and needs"
                    + " --rounds 1; --rounds is " + rounds);
        }
        share(problems, "--most-lost", mostLost, "0.02 for two points");
        if (mostLost != null && precision != AskedPrecision.FLOAT32) {
            problems.add("--most-lost is held against rounds, which are in float32, and needs --precision float32;"
                    + " --precision is " + word(precision));
        }
        if (mostMinutes != null && !(mostMinutes > 0 && mostMinutes <= LONGEST_MINUTES)) {
            problems.add("--most-minutes must be above 0 and at most " + LONGEST_MINUTES + ", is " + mostMinutes);
        }
        if (mostMinutes != null && rounds == 1) {
            problems.add("--most-minutes ends a run between rounds and needs --rounds 2 or more; --rounds is 1");
        }
        if (mostMinutes != null && precision != AskedPrecision.FLOAT32) {
            problems.add(
                    "--most-minutes holds for rounds, which are in float32, and not for integers made behind them: it"
                            + " needs --precision float32; --precision is " + word(precision));
        }
        if (percentile != null && !(percentile > 0 && percentile < 100)) {
            problems.add("--percentile must be above 0 and below 100, is " + percentile + ": write 50 for the median");
        }
        needsPercentile(problems, "--percentile", percentile);
        needsPercentile(problems, "--percentile-scope", percentileScope);
        if (threshold != null && !(threshold >= 0 && Double.isFinite(threshold))) {
            problems.add("--threshold must be a number from 0 up, is " + threshold);
        }
        if (threshold != null && !importance.takesThreshold()) {
            problems.add("--threshold needs an --importance with units of its own: l1, l2, percentile, apoz, gradient,"
                    + " taylor or batch_norm, not " + word(importance));
        }
        share(problems, "--sparsity", sparsity, "0.7 for 70 %");
        if (!task.needsLabels() && precision != AskedPrecision.FLOAT32) {
            problems.add("--precision must be float32 with --task regression: integers are judged by labels");
        }
        if (maxTrainSamples != null && maxTrainSamples < 1) {
            problems.add("--max-train-samples must be at least 1, is " + maxTrainSamples);
        }
        return problems;
    }

    private void needsPercentile(List<String> problems, String option, @Nullable Object value) {
        if (value != null && importance != Recipe.Criterion.PERCENTILE) {
            problems.add(option + " needs --importance percentile; --importance is " + word(importance));
        }
    }

    /** Running from now. */
    TimeLimit timeLimit() {
        return mostMinutes == null
                ? TimeLimit.none()
                : new TimeLimit(Duration.ofMillis(Math.round(mostMinutes * MILLIS_IN_MINUTE)), System::nanoTime);
    }

    /** To be asked for where there are no problems. */
    Recipe recipe() {
        return new Recipe(
                epochs,
                rounds,
                seed,
                Recipe.DEFAULT.batchSize(),
                OptionalDouble.empty(),
                importance,
                percentile == null ? Recipe.DEFAULT.percentile() : percentile,
                percentileScope == null ? Recipe.DEFAULT.percentileScope() : percentileScope,
                threshold == null ? OptionalDouble.empty() : OptionalDouble.of(threshold),
                maxTrainSamples == null ? OptionalInt.empty() : OptionalInt.of(maxTrainSamples),
                true,
                control,
                precision,
                sparsity,
                mostLost == null ? OptionalDouble.empty() : OptionalDouble.of(mostLost));
    }

    /** Whether something is to be made smaller even without a budget. */
    boolean cutsByItself() {
        return threshold != null || sparsity != 0;
    }

    /** Whether integers may be what the model is to become. */
    boolean shapesIntegers() {
        return precision != AskedPrecision.FLOAT32;
    }

    private static void within(List<String> problems, String option, int value, int most, int least) {
        if (value < least || value > most) {
            problems.add(option + " must be " + least + " to " + most + ", is " + value);
        }
    }

    private static void share(List<String> problems, String option, @Nullable Double value, String example) {
        if (value != null && !(value >= 0 && value < 1)) {
            problems.add(option + " must be a share from 0 to below 1, is " + value + ": write " + example);
        }
    }

    /** For the help. */
    static final class Criteria implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return PlainErrors.words(Recipe.Criterion.values()).iterator();
        }
    }

    private static String word(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT);
    }
}
