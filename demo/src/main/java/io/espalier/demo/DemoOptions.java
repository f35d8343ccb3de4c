package io.espalier.demo;

import io.espalier.demo.story.Story;
import io.espalier.demo.story.StoryInput;
import io.espalier.demo.supervision.DataFolder;
import io.espalier.demo.supervision.Ports;
import io.espalier.host.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What can be said on the command line of the demo. */
@Command(
        name = "./espalier demo",
        sortOptions = false,
        description = {
            "Runs the whole loop on this machine: real Kafka, MQTT and PostgreSQL, the controller and four agents of "
                    + "unequal speed. Each device gets a latency budget that the unpruned model misses, and a pruned model "
                    + "that fits it over MQTT; one gets a budget nothing can meet, and is refused with the reason.",
            "",
            "Without options it uses a bundled model and drawn images. Ctrl-C stops everything; starting again on the "
                    + "same folder continues.",
            ""
        },
        footer = {
            "",
            "Exit code: 0 all well, 1 a claim does not hold (--assert), 2 bad options or folder, 3 the story failed."
        })
final class DemoOptions {
    private static final int DEFAULT_PORT = 8787;
    private static final int BUNDLED_EPOCHS = 3;
    private static final int OWN_EPOCHS = 3;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this text.")
    boolean help;

    @Option(names = "--headless", description = "End when the story is told, instead of staying up.")
    boolean headless;

    @Option(names = "--assert", description = "Check every claim at the end; exit with 1 if one does not hold.")
    boolean assertClaims;

    @Option(names = "--model", paramLabel = "FILE.onnx", description = "Your own model, with --data.")
    @Nullable
    Path model;

    @Option(
            names = "--data",
            paramLabel = "PATH",
            description = "Your own data: a folder with the four IDX files (.gz or not), a folder of train/ and test/ "
                    + "with one folder of images per class, a zip of either, or an NPZ file. "
                    + "Without --model, a small CNN is trained on it from scratch first.")
    @Nullable
    Path data;

    @Option(
            names = "--scale",
            paramLabel = "X",
            description = "Your model's input is (raw * scale - mean) / std; raw values are 0 to 255. Default: 1, or "
                    + "1/255 for a model that is trained from scratch.")
    @Nullable
    Double scale;

    @Option(names = "--mean", split = ",", paramLabel = "M", description = "One value, or one per channel: R,G,B.")
    @Nullable
    List<Double> mean;

    @Option(names = "--std", split = ",", paramLabel = "S", description = "One value, or one per channel: R,G,B.")
    @Nullable
    List<Double> std;

    @Option(names = "--epochs", paramLabel = "N", description = "Effort: passes over the training data. Default: 3.")
    @Nullable
    Integer epochs;

    @Option(names = "--train-samples", paramLabel = "N", description = "Use at most so many training samples a pass.")
    @Nullable
    Integer trainSamples;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Port of the controller and its console; 0 takes any free one. Default: ${DEFAULT-VALUE}.")
    int port = DEFAULT_PORT;

    @Option(
            names = "--home",
            paramLabel = "DIR",
            description = {
                "Folder to keep everything in; each model of your own has another.",
                "Default: .espalier/demo for the bundled one."
            })
    @Nullable
    Path home;

    @Option(names = "--fresh", description = "Forget what an earlier run left in the folder.")
    boolean fresh;

    @Option(
            names = "--retrain-bundled-model",
            description = "Train the bundled model again from the drawn images and write it into the sources.")
    boolean retrainBundledModel;

    /** The options make no sense, or a port is taken; the message says what to do. */
    static final class UnusableException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnusableException(String message) {
            super(message);
        }
    }

    /** @throws UnusableException with everything that is wrong, at once */
    StoryInput input() {
        List<String> wrong = new ArrayList<>();
        if (model != null && !(Files.isRegularFile(model) && Files.isReadable(model))) {
            wrong.add("--model " + model + ": there is no such file, or it cannot be read");
        }
        if (model != null && data == null) {
            wrong.add("--model needs --data: images with labels to fine-tune on and to measure accuracy with");
        }
        if (data != null && !Files.isReadable(data)) {
            wrong.add("--data " + data + ": there is no such file or folder, or it cannot be read");
        }
        if (model == null && data == null && (scale != null || mean != null || std != null)) {
            wrong.add("--scale, --mean and --std say what a model of your own takes: name it with --model and --data. "
                    + "The bundled one brings its own.");
        }
        if (scale != null && !(scale > 0 && Double.isFinite(scale))) {
            wrong.add("--scale " + scale + ": must be above 0. Maybe 0.00392156863, which is 1/255?");
        }
        if (mean != null && mean.stream().anyMatch(value -> !Double.isFinite(value))) {
            wrong.add("--mean " + mean + ": each value must be a number");
        }
        if (std != null && std.stream().anyMatch(value -> !(value > 0 && Double.isFinite(value)))) {
            wrong.add("--std " + std + ": each value must be above 0");
        }
        if (epochs != null && (epochs < 1 || epochs > 1000)) {
            wrong.add("--epochs " + epochs + ": must be 1 to 1000");
        }
        if (trainSamples != null && trainSamples < 100) {
            wrong.add("--train-samples " + trainSamples + ": must be 100 or more");
        }
        if (!wrong.isEmpty()) {
            throw new UnusableException(String.join("\n               ", wrong));
        }
        return new StoryInput(
                Optional.ofNullable(model),
                Optional.ofNullable(data),
                scale != null ? scale : model == null ? 1.0 / 255 : 1,
                mean == null ? List.of() : mean,
                std == null ? List.of() : std,
                epochs != null ? epochs : data == null ? BUNDLED_EPOCHS : OWN_EPOCHS,
                Optional.ofNullable(trainSamples));
    }

    Path folder() {
        if (home != null) {
            return home.toAbsolutePath().normalize();
        }
        Path base = Path.of(System.getProperty("espalier.home", ".espalier"));
        StoryInput input = input();
        return base.resolve(input.bundled() ? "demo" : "demo-" + input.modelName());
    }

    void refuseTakenPort() {
        if (port < 0 || port > 65_535) {
            throw new UnusableException("--port " + port + ": must be 1 to 65535, or 0 for any free one");
        }
        if (port != 0 && !retrainBundledModel && !Ports.isFree(port)) {
            throw new UnusableException(
                    "Port %d, which the controller and its console would use, is taken on 127.0.0.1. Choose another with --port, for instance --port %d, or any free one with --port 0."
                            .formatted(port, Ports.anyFree()));
        }
    }

    /** Others may have folders of such names, which {@code --fresh} would delete: only a folder that a demo has had is begun anew. */
    void refuseToForgetOthersFiles() {
        Path folder = folder();
        List<String> there = Story.WRITTEN.stream()
                .filter(name -> Files.exists(folder.resolve(name)))
                .toList();
        if (fresh && !there.isEmpty() && !DataFolder.wasTaken(folder)) {
            throw new UnusableException("--fresh would delete " + String.join(", ", there) + " in " + folder
                    + ", where no demo has run. Name another folder with --home.");
        }
    }

    /** Deletes what a demo writes into its folder, by name, and nothing else that may lie there. */
    void beginAnewIfAsked(Path folder) throws IOException {
        if (fresh) {
            for (String name : Story.WRITTEN) {
                Folders.delete(folder.resolve(name));
            }
        }
    }
}
