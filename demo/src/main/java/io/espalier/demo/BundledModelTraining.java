package io.espalier.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.demo.drawing.DrawnDataSet;
import io.espalier.terminal.LiveRow;
import io.espalier.terminal.Screen;
import io.espalier.terminal.Units;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Trains the bundled model anew from the drawn images, by a job of the pruning worker, and puts it among the sources.
 * The same images, seed and library versions give the same file.
 */
final class BundledModelTraining {
    private static final String RESOURCE = "demo/src/main/resources/io/espalier/demo/bundled-cnn.onnx";
    private static final int EPOCHS = 8;

    private final Path project;
    private final Path folder;
    private final Screen screen;
    private final ObjectMapper json = new ObjectMapper();

    BundledModelTraining(Path project, Path folder, Screen screen) {
        this.project = project;
        this.folder = folder;
        this.screen = screen;
    }

    int run() throws IOException, InterruptedException {
        Path job = Files.createDirectories(folder.resolve("bundled-model"));
        Path data = job.resolve("drawn-figures.zip");
        DrawnDataSet.DEMO.writeZip(data);
        json.writeValue(job.resolve("job.json").toFile(), specification(data));
        int exitCode = work(job);
        screen.live(List.of());
        if (exitCode != 0) {
            screen.failed("The worker ended with exit code " + exitCode + "; its job is in " + job);
            return DemoMain.STORY_FAILED;
        }
        Path resource = project.resolve(RESOURCE);
        Files.createDirectories(resource.resolveSibling(""));
        Files.copy(job.resolve("model.onnx"), resource, StandardCopyOption.REPLACE_EXISTING);
        screen.done("wrote " + resource, Units.bytes(Files.size(resource)));
        JsonNode result = json.readTree(job.resolve("result.json").toFile());
        screen.say("    " + result);
        return 0;
    }

    private static Map<String, Object> specification(Path data) {
        return Map.of(
                "kind",
                "train",
                "dataset",
                data.toString(),
                "architecture",
                "source-cnn",
                "contract",
                Map.of("scale", 1.0 / 255, "mean", List.of(), "std", List.of()),
                "recipe",
                Map.of("epochs", EPOCHS, "seed", 7, "batchSize", 64),
                "threads",
                1);
    }

    private int work(Path job) throws IOException, InterruptedException {
        Path target = project.resolve("model-pruning/target");
        Process worker = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-Dorg.bytedeco.javacpp.maxbytes=2g",
                        "-Dorg.bytedeco.javacpp.maxphysicalbytes=4g",
                        "-cp",
                        target.resolve("model-pruning.jar") + ":" + target.resolve("lib") + "/*",
                        "io.espalier.pruning.cli.PruningMain",
                        "job",
                        job.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(worker.getInputStream(), StandardCharsets.UTF_8))) {
            String line;
            while ((line = lines.readLine()) != null) {
                show(line);
            }
            return worker.waitFor();
        } finally {
            worker.destroy();
        }
    }

    private void show(String line) throws IOException {
        if (line.startsWith("{")) {
            JsonNode progress = json.readTree(line);
            double total = progress.path("total").asDouble();
            screen.live(List.of(new LiveRow(
                    "bundled-cnn",
                    progress.path("stage").asText("working"),
                    OptionalDouble.of(total > 0 ? progress.path("done").asDouble() / total : 0),
                    progress.path("message").asText(""))));
        }
    }
}
