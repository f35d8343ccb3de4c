package io.espalier.pruning.cli;

import io.espalier.pruning.allocation.Target;
import io.espalier.pruning.campaign.Recipe;
import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.latency.DeviceTimings;
import io.espalier.pruning.quantisation.AskedPrecision;
import io.espalier.pruning.training.Purpose;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a person can ask of a variant and of the way it is made. */
final class PruneOptions {
    private static final int MOST_THREADS = 64;

    @Option(
            names = "--latency",
            paramLabel = "T",
            description = "95th percentile of one inference: 2ms, 350us, or 50%% of the unpruned model's")
    private @Nullable String latency;

    @Option(
            names = "--memory-bytes",
            paramLabel = "N",
            description = "Most memory that loading and running the model may take, some 4 to 8 times its weights")
    private @Nullable Long memoryBytes;

    @Option(names = "--size-bytes", paramLabel = "N", description = "Largest model file")
    private @Nullable Long sizeBytes;

    @Option(
            names = "--energy-mj",
            paramLabel = "X",
            description = "Most millijoules of one inference. Needs a --profile with denseMillijoules, what one of the"
                    + " unpruned model takes by an energy counter; energy is taken to go with time")
    private @Nullable Double energyMillijoules;

    @Option(
            names = "--macs",
            paramLabel = "N",
            description = "Most multiply-accumulates of one inference; no device is needed, but none promises a time")
    private @Nullable Long macs;

    @Option(
            names = "--task",
            paramLabel = "WHAT",
            defaultValue = "classification",
            description =
                    "What the model is for: classification, or regression where it gives numbers, boxes or maps. That"
                            + " needs no labels: the variant learns to give what the model gives, and is judged by how"
                            + " near it comes. Default: classification")
    private Purpose task = Purpose.CLASSIFICATION;

    @Option(
            names = "--scale",
            paramLabel = "X",
            defaultValue = "1",
            description = "The model's input is (raw * scale - mean) / std; raw values are 0 to 255. Default: 1")
    private double scale;

    @Option(names = "--mean", paramLabel = "M", split = ",", description = "One number, or one per channel: R,G,B")
    private List<Double> mean = List.of();

    @Option(names = "--std", paramLabel = "S", split = ",", description = "One number, or one per channel: R,G,B")
    private List<Double> std = List.of();

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
                            + " A run that was stopped goes on behind its last round, given the same --profile. Default:"
                            + " 1")
    private int rounds;

    @Option(
            names = "--most-lost",
            paramLabel = "S",
            description =
                    "Stop where a round ends more than this share of accuracy (R² without labels) below the unpruned"
                            + " model, 0.02 for two points, on held-out training samples; the variant is that of the"
                            + " round before, which does not reach the target. Where there is none, nothing is made."
                            + " Needs float32. Default: go on whatever is lost")
    private @Nullable Double mostLost;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "7", description = "Same seed, same bits. Default: 7")
    private long seed;

    @Option(
            names = "--importance",
            paramLabel = "HOW",
            defaultValue = "auto",
            description =
                    "How channels are ranked: ${COMPLETION-CANDIDATES}. Default: auto, which tries the likely ones")
    private Recipe.Criterion importance = Recipe.Criterion.AUTO;

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
                            + " through training. The file compresses better; nothing becomes faster. Default: 0")
    private double sparsity;

    @Option(
            names = "--precision",
            paramLabel = "HOW",
            defaultValue = "float32",
            description =
                    "float32; int8, 8-bit integers; or auto, which also tries integers, in the network that was made"
                            + " and in a wider one, and takes them where they meet what is asked for and are more"
                            + " accurate. Under --latency they count only as far as they were timed: here, or in a"
                            + " --profile that was saved with this option. Such a file cannot be pruned again. Default:"
                            + " float32")
    private AskedPrecision precision = AskedPrecision.FLOAT32;

    @Option(names = "--max-train-samples", paramLabel = "N", description = "Train on at most so many samples")
    private @Nullable Integer maxTrainSamples;

    @Option(names = "--control", description = "Also report channels drawn by lot, without fine-tuning")
    private boolean control;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "1",
            description = "For inference and training. Default: 1")
    private int threads;

    Purpose task() {
        return task;
    }

    int threads() {
        if (threads < 1 || threads > MOST_THREADS) {
            throw new InvalidInputException(
                    "The number of threads cannot be used",
                    "--threads must be 1 to " + MOST_THREADS + ", is " + threads);
        }
        return threads;
    }

    Optional<LatencyTarget> latency() {
        return Optional.ofNullable(latency).map(LatencyTarget::parse);
    }

    boolean boundsEnergy() {
        return energyMillijoules != null;
    }

    /** Whether what is asked for can only be planned with a device's timings. */
    boolean needsDevice() {
        return latency != null || boundsEnergy();
    }

    /** The latency in the words it was given in; empty where none was. */
    String latencyAsWritten() {
        return latency == null ? "" : latency.strip();
    }

    InputContract contract() {
        try {
            return new InputContract(scale, mean, std);
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException("The input scaling cannot be used", String.valueOf(e.getMessage()));
        }
    }

    Recipe recipe() {
        if (!task.needsLabels() && precision != AskedPrecision.FLOAT32) {
            throw new InvalidInputException(
                    "The recipe cannot be used",
                    "--precision must be float32 with --task regression: integers are judged by labels");
        }
        try {
            return new Recipe(
                    epochs,
                    rounds,
                    seed,
                    Recipe.DEFAULT.batchSize(),
                    OptionalDouble.empty(),
                    importance,
                    threshold == null ? OptionalDouble.empty() : OptionalDouble.of(threshold),
                    maxTrainSamples == null ? OptionalInt.empty() : OptionalInt.of(maxTrainSamples),
                    true,
                    control,
                    precision,
                    sparsity,
                    mostLost == null ? OptionalDouble.empty() : OptionalDouble.of(mostLost));
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException("The recipe cannot be used", String.valueOf(e.getMessage()));
        }
    }

    /** Throws unless something is asked for; without timings, a latency in per cent is no number yet and is left out. */
    Target target(Optional<DeviceTimings> device) {
        Optional<LatencyTarget> wanted = latency();
        Target target;
        try {
            target = new Target(
                    wanted.isPresent() && device.isPresent()
                            ? OptionalDouble.of(wanted.get().micros(device.get().denseP95Micros()))
                            : OptionalDouble.empty(),
                    memoryBytes == null ? OptionalLong.empty() : OptionalLong.of(memoryBytes),
                    sizeBytes == null ? OptionalLong.empty() : OptionalLong.of(sizeBytes),
                    energyMillijoules == null ? OptionalDouble.empty() : OptionalDouble.of(energyMillijoules),
                    macs == null ? OptionalLong.empty() : OptionalLong.of(macs));
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException("The target cannot be used", String.valueOf(e.getMessage()));
        }
        if (target.isEmpty() && wanted.isEmpty() && threshold == null && sparsity == 0) {
            throw new InvalidInputException(
                    "Nothing is asked for",
                    "give at least one of --latency, --memory-bytes, --size-bytes, --energy-mj, --macs,"
                            + " --threshold, --sparsity");
        }
        return target;
    }
}
