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
import java.io.UncheckedIOException;
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
        mixinStandardHelpOptions = true,
        description = "Prunes an ONNX classifier to a latency on one device and fine-tunes it.")
final class PruneCommand implements Callable<Integer> {
    @Parameters(paramLabel = "MODEL", description = "The trained model, an ONNX file")
    @SuppressWarnings("NullAway.Init")
    private Path model;

    @Option(names = "--data", required = true, description = "IDX folder, image folder or zip, or .npz, with labels")
    @SuppressWarnings("NullAway.Init")
    private Path data;

    @Option(names = "--latency", description = "95th percentile: 2ms, 350us, or 50%% of the unpruned model's")
    private @Nullable String latency;

    @Option(names = "--memory-bytes", description = "Most memory for weights and activations")
    private @Nullable Long memoryBytes;

    @Option(names = "--size-bytes", description = "Largest file")
    private @Nullable Long sizeBytes;

    @Option(
            names = "--profile",
            description = "Timings of the device, made with --save-profile; else this machine is measured")
    private @Nullable Path profile;

    @Option(names = "--save-profile", description = "Where to keep this machine's timings")
    private @Nullable Path savedProfile;

    @Option(names = "--scale", defaultValue = "1", description = "Input = (raw * scale - mean) / std; default 1")
    private double scale;

    @Option(names = "--mean", split = ",", description = "One number, or one for each channel")
    private List<Double> mean = List.of();

    @Option(names = "--std", split = ",", description = "One number, or one for each channel")
    private List<Double> std = List.of();

    @Option(names = "--epochs", defaultValue = "3", description = "Of fine-tuning; default 3")
    private int epochs;

    @Option(names = "--seed", defaultValue = "7", description = "Same seed, same bits; default 7")
    private long seed;

    @Option(
            names = "--importance",
            defaultValue = "auto",
            description = "How channels are ranked: auto, random, l1, l2, percentile, apoz, gradient, taylor,"
                    + " batch_norm or geometric_median; default auto, which tries the likely ones")
    private Recipe.Criterion importance = Recipe.Criterion.AUTO;

    @Option(
            names = "--threshold",
            description = "Cut channels under this value of --importance, whatever else is asked for: mean |w| (l1),"
                    + " root mean square (l2), share of large weights (percentile), mean |dL/dw| (gradient), change of the"
                    + " loss (taylor), |gamma| (batch_norm); for apoz, over this share of zeros")
    private @Nullable Double threshold;

    @Option(names = "--max-train-samples", description = "Train on at most so many")
    private @Nullable Integer maxTrainSamples;

    @Option(names = "--control", description = "Also report channels drawn by lot, without fine-tuning")
    private boolean control;

    @Option(names = "--threads", defaultValue = "1", description = "For inference and training; default 1")
    private int threads;

    @Option(names = "--out", defaultValue = "pruned", description = "Folder for the result; default ./pruned")
    @SuppressWarnings("NullAway.Init")
    private Path out;

    @Override
    public Integer call() {
        try {
            return prune(System.out);
        } catch (InvalidInputException e) {
            System.err.println(e.title() + ": " + e.getMessage());
            return PruningMain.INVALID;
        }
    }

    private int prune(PrintStream terminal) {
        Progress progress = new ProgressBar(terminal);
        InputContract contract = contract();
        Optional<LatencyTarget> wanted = Optional.ofNullable(latency).map(LatencyTarget::parse);
        JobFolder folder = new JobFolder(folder());
        JobRunner runner = new JobRunner(folder, progress);
        Optional<DeviceTimings> device = wanted.isPresent()
                ? Optional.of(runner.checked(() -> device(BaseModel.read(model), progress)))
                : Optional.empty();
        JobSpec spec = new JobSpec(
                JobSpec.Kind.PRUNE,
                Optional.of(model),
                Optional.of(data),
                contract,
                recipe(),
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
            throw new InvalidInputException("The result cannot be kept", "No folder can be made at " + out);
        }
    }

    private DeviceTimings device(BaseModel base, Progress progress) {
        if (profile != null) {
            return ProfileJson.read(profile);
        }
        DeviceTimings measured = new ThisMachine(threads).measure(base, progress);
        if (savedProfile != null) {
            try {
                Files.write(savedProfile, ProfileJson.bytes(measured));
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot write the profile " + savedProfile, e);
            }
        }
        return measured;
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
        try {
            Target target = new Target(
                    wanted.isPresent() && device.isPresent()
                            ? OptionalDouble.of(wanted.get().micros(device.get().denseP95Micros()))
                            : OptionalDouble.empty(),
                    memoryBytes == null ? OptionalLong.empty() : OptionalLong.of(memoryBytes),
                    sizeBytes == null ? OptionalLong.empty() : OptionalLong.of(sizeBytes));
            if (target.isEmpty() && threshold == null) {
                throw new InvalidInputException(
                        "Nothing is asked for",
                        "give at least one of --latency, --memory-bytes, --size-bytes, --threshold");
            }
            return target;
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException("The target cannot be used", String.valueOf(e.getMessage()));
        }
    }
}
