package io.espalier.pruning.cli;

import io.espalier.pruning.allocation.Target;
import io.espalier.pruning.campaign.BaseModel;
import io.espalier.pruning.campaign.Progress;
import io.espalier.pruning.campaign.Recipe;
import io.espalier.pruning.campaign.ThisMachine;
import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.latency.DeviceTimings;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prunes one model to a latency, for a person at a terminal. */
@Command(
        name = "prune",
        sortOptions = false,
        usageHelpAutoWidth = true,
        customSynopsis =
                "./espalier prune MODEL --data PATH (--latency T | --size-bytes N | --memory-bytes N | --threshold X)"
                        + " [OPTION...]",
        description = {
            "",
            "Prunes an ONNX classifier until it meets what is asked for on one device, fine-tunes it on your data, and "
                    + "writes the pruned model with the record of how it was made.",
            ""
        },
        footer = {
            "",
            "Example:  ./espalier prune model.onnx --data images.zip --scale 0.00392157 --latency 50%%",
            "",
            "Exit code: 0 done, 1 something broke, 2 the options, the model or the data cannot be used, 3 what was asked "
                    + "for is out of reach."
        })
final class PruneCommand implements Callable<Integer> {
    private static final int MOST_THREADS = 64;
    /** Besides two copies of the model: golden samples, provenance, the result itself. */
    private static final long RESULT_BYTES = 1 << 20;

    @Parameters(
            paramLabel = "MODEL",
            description = "The trained model: an ONNX file, opset 9 to 21, one image or vector in")
    @SuppressWarnings("NullAway.Init")
    private Path model;

    @Option(
            names = "--data",
            paramLabel = "PATH",
            required = true,
            description =
                    "Labelled data: a folder with the four IDX files (.gz or not), a folder of train/<class>/*.png "
                            + "and test/<class>/*.png, a zip of either, or an .npz file with x_train, y_train, x_test, y_test")
    @SuppressWarnings("NullAway.Init")
    private Path data;

    @Option(
            names = "--latency",
            paramLabel = "T",
            description = "95th percentile of one inference: 2ms, 350us, or 50%% of the unpruned model's")
    private @Nullable String latency;

    @Option(names = "--memory-bytes", paramLabel = "N", description = "Most memory for weights and activations")
    private @Nullable Long memoryBytes;

    @Option(names = "--size-bytes", paramLabel = "N", description = "Largest model file")
    private @Nullable Long sizeBytes;

    @Option(
            names = "--profile",
            paramLabel = "FILE",
            description = "Timings of the device, made there with --save-profile. Default: this machine is measured")
    private @Nullable Path profile;

    @Option(names = "--save-profile", paramLabel = "FILE", description = "Where to keep this machine's timings")
    private @Nullable Path savedProfile;

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
            description = "Cut channels under this value of --importance, whatever else is asked for: mean |w| (l1),"
                    + " root mean square (l2), share of large weights (percentile), mean |dL/dw| (gradient), change of the"
                    + " loss (taylor), |gamma| (batch_norm); for apoz, over this share of zeros")
    private @Nullable Double threshold;

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

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "pruned",
            description = "Folder for the result, made where it is missing. Default: ./pruned")
    @SuppressWarnings("NullAway.Init")
    private Path out;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this text")
    private boolean help;

    @Override
    public Integer call() {
        return prune(System.out);
    }

    private int prune(PrintStream terminal) {
        Progress progress = new ProgressBar(terminal);
        InputContract contract = contract();
        Recipe recipe = recipe();
        Optional<LatencyTarget> wanted = Optional.ofNullable(latency).map(LatencyTarget::parse);
        requireLegal(wanted);
        JobFolder folder = new JobFolder(folder());
        JobRunner runner = new JobRunner(folder, progress);
        BaseModel base = runner.checked(() -> BaseModel.read(model));
        folder.requireRoom(2L * base.onnx().length + RESULT_BYTES);
        folder.removeResult();
        Optional<DeviceTimings> device =
                wanted.isPresent() ? Optional.of(runner.checked(() -> device(base, progress))) : Optional.empty();
        JobSpec spec = new JobSpec(
                JobSpec.Kind.PRUNE,
                Optional.of(model),
                Optional.of(data),
                contract,
                recipe,
                Optional.empty(),
                target(wanted, device),
                device,
                threads,
                Optional.empty(),
                Optional.empty());
        Outcome outcome = runner.run(spec);
        folder.writeResult(outcome.result());
        VariantTable.print(terminal, outcome.result(), spec.target(), out);
        if (outcome.exitCode() == PruningMain.DONE && profile == null && wanted.isPresent()) {
            VariantTable.printMeasured(
                    terminal,
                    new ThisMachine(threads)
                            .trial(BaseModel.read(out.resolve(VariantResult.MODEL))
                                    .graph()));
        }
        return outcome.exitCode();
    }

    private Path folder() {
        try {
            return Files.createDirectories(out);
        } catch (IOException e) {
            throw new InvalidInputException(
                    "The result cannot be kept",
                    "No folder can be made at " + out + " (" + e + "): give another with --out");
        }
    }

    private DeviceTimings device(BaseModel base, Progress progress) {
        if (profile != null) {
            return ProfileJson.read(profile);
        }
        DeviceTimings measured = new ThisMachine(threads).measure(base, progress);
        if (savedProfile != null) {
            Path file = savedProfile.toAbsolutePath().normalize();
            new JobFolder(file.resolveSibling("")).write(file.getFileName().toString(), ProfileJson.bytes(measured));
        }
        return measured;
    }

    /** What is wrong with the options themselves is said before anything is read or measured. */
    private void requireLegal(Optional<LatencyTarget> wanted) {
        if (wanted.isEmpty()) {
            target(wanted, Optional.empty());
        } else {
            bytesTarget(OptionalDouble.empty());
        }
        if (threads < 1 || threads > MOST_THREADS) {
            throw new InvalidInputException(
                    "The number of threads cannot be used",
                    "--threads must be 1 to " + MOST_THREADS + ", is " + threads);
        }
        if (!Files.exists(data)) {
            throw new InvalidInputException("The data cannot be used", "There is no data set at " + data);
        }
        if (savedProfile != null
                && !Files.isDirectory(savedProfile.toAbsolutePath().resolveSibling(""))) {
            throw new InvalidInputException(
                    "The profile cannot be kept", "There is no folder for --save-profile " + savedProfile);
        }
    }

    private InputContract contract() {
        try {
            return new InputContract(scale, mean, std);
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException("The input scaling cannot be used", String.valueOf(e.getMessage()));
        }
    }

    private Recipe recipe() {
        try {
            return new Recipe(
                    epochs,
                    seed,
                    Recipe.DEFAULT.batchSize(),
                    OptionalDouble.empty(),
                    importance,
                    threshold == null ? OptionalDouble.empty() : OptionalDouble.of(threshold),
                    maxTrainSamples == null ? OptionalInt.empty() : OptionalInt.of(maxTrainSamples),
                    true,
                    control);
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException("The recipe cannot be used", String.valueOf(e.getMessage()));
        }
    }

    private Target target(Optional<LatencyTarget> wanted, Optional<DeviceTimings> device) {
        Target target = bytesTarget(
                wanted.isPresent() && device.isPresent()
                        ? OptionalDouble.of(wanted.get().micros(device.get().denseP95Micros()))
                        : OptionalDouble.empty());
        if (target.isEmpty() && threshold == null) {
            throw new InvalidInputException(
                    "Nothing is asked for",
                    "give at least one of --latency, --memory-bytes, --size-bytes, --threshold");
        }
        return target;
    }

    private Target bytesTarget(OptionalDouble latencyP95Micros) {
        try {
            return new Target(
                    latencyP95Micros,
                    memoryBytes == null ? OptionalLong.empty() : OptionalLong.of(memoryBytes),
                    sizeBytes == null ? OptionalLong.empty() : OptionalLong.of(sizeBytes));
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException("The target cannot be used", String.valueOf(e.getMessage()));
        }
    }
}
