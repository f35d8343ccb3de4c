package io.espalier.pruning.cli;

import io.espalier.pruning.allocation.Target;
import io.espalier.pruning.campaign.Recipe;
import io.espalier.pruning.campaign.TimeLimit;
import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.SampleShape;
import io.espalier.pruning.latency.DeviceTimings;
import io.espalier.pruning.report.Figures;
import io.espalier.pruning.report.Limit;
import io.espalier.pruning.training.Purpose;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What a person can ask of a variant. */
final class PruneOptions {
    private static final int MOST_THREADS = 64;

    private static final Map<Limit.Quantity, String> OPTIONS = Map.of(
            Limit.Quantity.LATENCY_P95_MICROS, "--latency",
            Limit.Quantity.MEMORY_BYTES, "--memory-bytes",
            Limit.Quantity.SIZE_BYTES, "--size-bytes",
            Limit.Quantity.ENERGY_MILLIJOULES, "--energy-mj",
            Limit.Quantity.MACS, "--macs");

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli fills it.
    private CommandSpec command;

    @Option(
            names = "--latency",
            paramLabel = "T",
            description = "95th percentile of one inference: 2ms, 350us, or 50%% of the unpruned model's")
    private @Nullable String latency;

    @Option(
            names = "--memory-bytes",
            paramLabel = "N",
            converter = WholeAmount.class,
            description = "Most memory that loading and running the model may take, some 4 to 8 times its weights")
    private @Nullable Long memoryBytes;

    @Option(
            names = "--size-bytes",
            paramLabel = "N",
            converter = WholeAmount.class,
            description = "Largest model file: 200000, 200k or 1.5M, where k is 1000")
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
            converter = WholeAmount.class,
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

    @Mixin
    private RecipeOptions recipe = new RecipeOptions();

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
        return threads;
    }

    boolean boundsEnergy() {
        return energyMillijoules != null;
    }

    /** Whether what is asked for can only be planned with a device's timings. */
    boolean needsDevice() {
        return latency != null || boundsEnergy();
    }

    /** What is bounded, in the words it was given in. */
    Map<Limit.Quantity, String> asWritten() {
        Map<Limit.Quantity, String> written = new EnumMap<>(Limit.Quantity.class);
        OPTIONS.forEach((quantity, option) -> {
            OptionSpec given = command.commandLine().getParseResult().matchedOption(option);
            if (given != null) {
                written.put(quantity, given.originalStringValues().get(0).strip());
            }
        });
        return written;
    }

    /** What is asked for in a few words that go on behind the name of the model; empty where no budget is. */
    String goal() {
        List<String> parts = new ArrayList<>();
        if (latency != null) {
            parts.add("a p95 of " + latency.strip());
        }
        if (sizeBytes != null) {
            parts.add("a file of " + Figures.bytes(sizeBytes));
        }
        if (memoryBytes != null) {
            parts.add(Figures.bytes(memoryBytes) + " of memory");
        }
        if (energyMillijoules != null) {
            parts.add(energyMillijoules + " mJ");
        }
        if (macs != null) {
            parts.add(Figures.large(macs) + " MACs");
        }
        return parts.isEmpty() ? "" : " to " + String.join(", ", parts);
    }

    /** Tells all that can be known to be wrong without a device, in the words of the command line. */
    void check(Complaints complaints) {
        complaints.hear("The input scaling cannot be used", scalingProblems());
        complaints.hear("The recipe cannot be used", recipe.problems(task));
        complaints.check(this::latency).flatMap(each -> each).ifPresent(wanted -> {
            if (wanted.allowsTheUnprunedModel() && isAllThatIsAsked()) {
                complaints.hear(
                        "Nothing is asked for",
                        List.of("--latency " + String.valueOf(latency).strip()
                                + " allows all that the unpruned model takes; write" + " less than 100%"));
            }
        });
        complaints.hear("The target cannot be used", targetProblems());
        if (!needsDevice() && memoryBytes == null && sizeBytes == null && macs == null && !recipe.cutsByItself()) {
            complaints.hear(
                    "Nothing is asked for",
                    List.of("give at least one of --latency, --memory-bytes, --size-bytes, --energy-mj, --macs,"
                            + " --threshold, --sparsity"));
        }
        if (threads < 1 || threads > MOST_THREADS) {
            complaints.hear(
                    "The number of threads cannot be used",
                    List.of("--threads must be 1 to " + MOST_THREADS + ", is " + threads));
        }
    }

    private boolean isAllThatIsAsked() {
        return !boundsEnergy()
                && memoryBytes == null
                && sizeBytes == null
                && macs == null
                && !recipe.cutsByItself()
                && !recipe.shapesIntegers();
    }

    private List<String> scalingProblems() {
        List<String> problems = new ArrayList<>();
        if (!Double.isFinite(scale) || scale == 0) {
            problems.add("--scale must be a number other than zero, is " + scale);
        }
        if (!mean.stream().allMatch(Double::isFinite)) {
            problems.add("--mean must have finite numbers only, has " + mean);
        }
        if (!std.stream().allMatch(each -> Double.isFinite(each) && each > 0)) {
            problems.add("--std must have numbers above zero only, has " + std);
        }
        return problems;
    }

    private List<String> targetProblems() {
        List<String> problems = new ArrayList<>();
        positive(problems, "--memory-bytes", memoryBytes);
        positive(problems, "--size-bytes", sizeBytes);
        positive(problems, "--energy-mj", energyMillijoules);
        positive(problems, "--macs", macs);
        return problems;
    }

    private static void positive(List<String> problems, String option, @Nullable Number value) {
        if (value != null && !(value.doubleValue() > 0 && Double.isFinite(value.doubleValue()))) {
            problems.add(option + " must be a number above zero, is " + value);
        }
    }

    /** Throws where there are more or fewer numbers than the model's input has channels. */
    void requireScalingFits(SampleShape input) {
        requireCount("--mean", mean, input.channels());
        requireCount("--std", std, input.channels());
    }

    private static void requireCount(String option, List<Double> values, int channels) {
        if (values.size() > 1 && values.size() != channels) {
            throw new InvalidInputException(
                    "The input scaling cannot be used",
                    option + " has " + values.size() + " numbers, but the model's input has " + channels
                            + (channels == 1
                                    ? " channel: give one number"
                                    : " channels: give one number, or " + channels));
        }
    }

    InputContract contract() {
        return new InputContract(scale, mean, std);
    }

    Recipe recipe() {
        return recipe.recipe();
    }

    /** Running from now. */
    TimeLimit timeLimit() {
        return recipe.timeLimit();
    }

    /** What is asked for in numbers; without timings, a latency in per cent is none yet and is left out. */
    Target target(Optional<DeviceTimings> device) {
        Optional<Double> micros = latency().flatMap(wanted -> wanted.micros(device.map(DeviceTimings::denseP95Micros)));
        return new Target(
                micros.map(OptionalDouble::of).orElse(OptionalDouble.empty()),
                memoryBytes == null ? OptionalLong.empty() : OptionalLong.of(memoryBytes),
                sizeBytes == null ? OptionalLong.empty() : OptionalLong.of(sizeBytes),
                energyMillijoules == null ? OptionalDouble.empty() : OptionalDouble.of(energyMillijoules),
                macs == null ? OptionalLong.empty() : OptionalLong.of(macs));
    }

    private Optional<LatencyTarget> latency() {
        return Optional.ofNullable(latency).map(LatencyTarget::parse);
    }
}
