package io.espalier.pruning.cli;

import io.espalier.pruning.allocation.Target;
import io.espalier.pruning.campaign.BaseModel;
import io.espalier.pruning.campaign.Recipe;
import io.espalier.pruning.campaign.ThisMachine;
import io.espalier.pruning.campaign.TimeLimit;
import io.espalier.pruning.data.Datasets;
import io.espalier.pruning.evaluation.ModelInput;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.keras.KerasModel;
import io.espalier.pruning.latency.DeviceTimings;
import io.espalier.pruning.latency.Timing;
import io.espalier.pruning.quantisation.AskedPrecision;
import io.espalier.pruning.quantisation.Isa;
import io.espalier.pruning.report.Asked;
import io.espalier.pruning.report.Limit;
import io.espalier.pruning.report.Report;
import io.espalier.pruning.report.Verdict;
import io.espalier.terminal.Screen;
import io.espalier.terminal.Terminal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prunes one model to a budget, for a person at a terminal. */
@Command(
        name = "prune",
        sortOptions = false,
        customSynopsis = "./espalier prune MODEL --data\u00A0PATH (--latency\u00A0T | --size-bytes\u00A0N"
                + " | --memory-bytes\u00A0N | --energy-mj\u00A0X | --macs\u00A0N | --threshold\u00A0X"
                + " | --sparsity\u00A0S) [OPTION...]",
        description = {
            "",
            "Prunes an ONNX model until it meets what is asked for on one device, fine-tunes it on your data, and "
                    + "writes the pruned model with the record of how it was made.",
            ""
        },
        footer = {
            "",
            "Example:  ./espalier prune model.onnx --data\u00A0images.zip --scale\u00A00.00392157 --latency\u00A050%%"
                    + " --report\u00A0out.html",
            "",
            "Exit code: 0 done, 1 something broke, 2 the options, the model or the data cannot be used, 3 what was"
                    + " asked for is out of reach, 4 a model was made and written, but takes longer than --latency when"
                    + " this machine measures it."
        })
final class PruneCommand implements Callable<Integer> {
    private static final String NO_ENERGY = "The energy cannot be planned for";
    /** Besides each network: golden samples, provenance, the result itself. */
    private static final long RESULT_BYTES = 1 << 20;

    @Parameters(
            paramLabel = "MODEL",
            description = "The trained model: an ONNX file, opset 9 to 21, one image or vector in; or a Keras 2 .h5")
    @SuppressWarnings("NullAway.Init")
    private Path model;

    @Option(
            names = "--data",
            paramLabel = "PATH",
            required = true,
            description =
                    "Labelled data: a folder with the four IDX files (.gz or not), a folder of images in train/<class> "
                            + "and test/<class> (.jpg, .jpeg, .png, .bmp), a zip of either, or an .npz file with x_train, y_train, x_test, "
                            + "y_test. With --task\u00A0regression, labels are not needed and not read. Decoded images are"
                            + " kept for later runs, in decoded of the folder ESPALIER_HOME (default: .espalier where"
                            + " ./espalier is)")
    @SuppressWarnings("NullAway.Init")
    private Path data;

    @Mixin
    private PruneOptions options = new PruneOptions();

    @Option(
            names = "--profile",
            paramLabel = "FILE",
            description = "Timings of the device, made there with --save-profile. Default: this machine is measured")
    private @Nullable Path profile;

    @Option(names = "--save-profile", paramLabel = "FILE", description = "Where to keep this machine's timings")
    private @Nullable Path savedProfile;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "pruned",
            description =
                    "Folder for the result, made where it is missing. An earlier result in it stays until there is"
                            + " another. Default: ./pruned")
    @SuppressWarnings("NullAway.Init")
    private Path out;

    @Option(names = "--report", paramLabel = "FILE", description = "Also write one HTML page that shows all of it")
    private @Nullable Path page;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write what the page shows as JSON, for programs")
    private @Nullable Path json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this text")
    private boolean help;

    private String whenMeasured = "before";

    @Override
    public Integer call() {
        Screen screen = Terminal.open(
                Boolean.getBoolean("espalier.terminal"), Integer.getInteger("espalier.columns", 0), System.getenv());
        Thread onInterrupt = new Thread(screen::close, "give-the-cursor-back");
        Runtime.getRuntime().addShutdownHook(onInterrupt);
        try (screen;
                PruneOutputs outputs = requireSense()) {
            outputs.open();
            return prune(screen, outputs);
        } finally {
            Runtime.getRuntime().removeShutdownHook(onInterrupt);
        }
    }

    /** Throws whatever can be known to be wrong before anything is read or measured, all of it at once. */
    private PruneOutputs requireSense() {
        Complaints complaints = new Complaints();
        if (!Files.exists(model)) {
            complaints.hear("The model cannot be used", List.of("There is no model file " + model));
        }
        if (!Files.exists(data)) {
            complaints.hear("The data cannot be used", List.of("There is no data set at " + data));
        }
        options.check(complaints);
        if (options.boundsEnergy() && profile == null) {
            complaints.hear(
                    NO_ENERGY,
                    List.of(
                            "--energy-mj needs --profile with denseMillijoules, what one inference of the unpruned model"
                                    + " takes on the device: this machine is timed, its energy is not measured. Without"
                                    + " such a figure ask for a --latency"));
        }
        PruneOutputs outputs = PruneOutputs.checked(out, page, json, savedProfile, List.of(model, data), complaints);
        complaints.throwIfAny();
        return outputs;
    }

    private int prune(Screen screen, PruneOutputs outputs) {
        screen.strong("Prune " + model.getFileName() + options.goal());
        ProgressBar progress = new ProgressBar(screen, System::nanoTime);
        TimeLimit limit = options.timeLimit();
        try {
            JobRunner runner = new JobRunner(outputs.work(), progress);
            Path onnx = onnx(outputs, progress);
            BaseModel base = runner.checked(() -> BaseModel.read(onnx));
            options.requireScalingFits(
                    runner.checked(() -> ModelInput.of(base.graph())).shape());
            outputs.work().requireRoom(networks(options.recipe()) * (base.onnx().length + RESULT_BYTES));
            Optional<DeviceTimings> device = options.needsDevice()
                    ? Optional.of(runner.checked(() -> device(screen, base, outputs, progress)))
                    : Optional.empty();
            Target target = options.target(device);
            Pruned pruned = runner.prune(job(onnx, target, device), isHere(device), limit);
            pruned = isHere(device) ? tried(pruned, target, progress) : pruned;
            progress.finish();
            Report report = pruned.report(asked(target, device));
            Optional<String> earlier = outputs.finish(pruned.outcome());
            outputs.keep(report);
            boolean decoded = !(pruned instanceof Pruned.Refused) && Datasets.isOfImages(data);
            VariantTable.print(screen, report, outputs.written(pruned instanceof Pruned.Made, decoded), earlier);
            return pruned.outcome().exitCode();
        } catch (InvalidInputException e) {
            progress.fail();
            outputs.tidy();
            outputs.keep(Report.ofNothing(
                    asked(options.target(Optional.empty()), Optional.empty()),
                    new Verdict.Failed(e.title(), String.valueOf(e.getMessage())),
                    List.of(),
                    List.of()));
            throw e;
        }
    }

    /** Most that lie side by side: variants of all rounds, and what checkpoints hold while one takes the other's place. */
    private static long networks(Recipe recipe) {
        return recipe.rounds() == 1 ? 2 : recipe.rounds() + 2L;
    }

    /** The model as ONNX; a Keras model is brought over first. */
    private Path onnx(PruneOutputs outputs, ProgressBar progress) {
        if (!KerasModel.isOne(model)) {
            return model;
        }
        progress.begins("import", "reading " + model.getFileName());
        Path onnx = outputs.imported();
        progress.begins("import", new KerasImport().run(model, onnx));
        return onnx;
    }

    private JobSpec job(Path onnx, Target target, Optional<DeviceTimings> device) {
        return new JobSpec(
                JobSpec.Kind.PRUNE,
                options.task(),
                Optional.of(onnx),
                Optional.of(data),
                options.contract(),
                options.recipe(),
                Optional.empty(),
                target,
                device,
                isHere(device) ? Isa.ofThisMachine() : Isa.UNKNOWN,
                options.threads(),
                Optional.empty(),
                Optional.of(PruneOutputs.decodedImages()));
    }

    /** Whether this machine is the device. */
    private boolean isHere(Optional<DeviceTimings> device) {
        return device.isPresent() && profile == null;
    }

    private DeviceTimings device(Screen screen, BaseModel base, PruneOutputs outputs, ProgressBar progress) {
        if (profile != null) {
            DeviceTimings read = ProfileJson.read(profile);
            if (options.boundsEnergy() && read.denseMillijoules().isEmpty()) {
                throw new InvalidInputException(
                        NO_ENERGY,
                        profile + " has no denseMillijoules, what one inference of the unpruned model takes by the"
                                + " device's energy counter: add it, or ask for a --latency");
            }
            return read;
        }
        DeviceTimings own = ofThisMachine(screen, base, outputs, progress);
        outputs.keep(own);
        return own;
    }

    private DeviceTimings ofThisMachine(Screen screen, BaseModel base, PruneOutputs outputs, ProgressBar progress) {
        boolean integers = savedProfile != null && options.recipe().precision() != AskedPrecision.FLOAT32;
        KeptTimings kept = KeptTimings.of(outputs.work(), Clock.systemUTC(), base, options.threads(), integers);
        Optional<KeptTimings.Left> left = kept.left();
        if (left.isPresent()) {
            whenMeasured = left.get().when() + " by a run that was stopped";
            screen.note("This machine was measured " + whenMeasured + ": going on with that");
            return left.get().timings();
        }
        ThisMachine machine = new ThisMachine(options.threads());
        DeviceTimings measured = machine.measure(base, progress);
        if (integers) {
            measured = machine.withIntegers(measured, base, Isa.ofThisMachine().weights(), progress);
        }
        kept.keep(measured);
        return measured;
    }

    /** With what the variant takes here. A disturbance only ever adds time, so one that is too slow has a second trial. */
    private Pruned tried(Pruned pruned, Target target, ProgressBar progress) {
        if (!(pruned instanceof Pruned.Made made)) {
            return pruned;
        }
        Graph variant = BaseModel.of(made.variant().onnx()).graph();
        ThisMachine machine = new ThisMachine(options.threads());
        progress.begins("trial", "up to 500 inferences");
        Timing first = machine.trial(variant);
        if (first.p95Micros() <= target.latencyP95Micros().orElse(Double.POSITIVE_INFINITY)) {
            return made.tried(first);
        }
        progress.begins("trial", "too slow, up to 500 inferences more");
        Timing second = machine.trial(variant);
        return made.tried(second.p95Micros() < first.p95Micros() ? second : first);
    }

    private Asked asked(Target target, Optional<DeviceTimings> device) {
        String timings = device.isEmpty()
                ? ""
                : (profile == null
                                ? "this machine, measured " + whenMeasured
                                : "the device of " + profile.getFileName())
                        + ", " + (options.threads() == 1 ? "1 thread" : options.threads() + " threads");
        return new Asked(
                String.valueOf(model.getFileName()),
                String.valueOf(data.getFileName()),
                timings,
                Limit.of(target, options.asWritten()));
    }
}
