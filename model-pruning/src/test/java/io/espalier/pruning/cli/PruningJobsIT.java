package io.espalier.pruning.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.pruning.latency.SyntheticDevice;
import io.espalier.pruning.runtime.ChannelStep;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The four kinds of job one after another, as a controller asks for them, on toy images. */
class PruningJobsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SIDE = 28;

    @TempDir
    Path folder;

    @Test
    void trainsInspectsPrunesAndRefuses() throws IOException {
        writeImages("train", 2000, 1);
        writeImages("t10k", 400, 2);

        JsonNode trained = run("train", 0, job("train").put("architecture", "source-cnn"));
        assertThat(trained.path("accuracy").asDouble()).isGreaterThan(0.8);
        Path model = folder.resolve("train/model.onnx");

        JsonNode inspected = run("inspect", 0, job("inspect").put("model", model.toString()));
        assertThat(inspected.path("classes").asInt()).isEqualTo(10);
        assertThat(inspected.path("parameters").asInt()).isEqualTo(93_322);
        assertThat(inspected.path("accuracy").asDouble())
                .isEqualTo(trained.path("accuracy").asDouble());
        inspected
                .path("files")
                .forEach(file ->
                        assertThat(folder.resolve("inspect/" + file.asText())).isNotEmptyFile());

        JsonNode pruned = run("prune", 0, prune(model, 0.5));
        JsonNode variant = pruned.path("variant");
        assertThat(variant.path("predictedP95Micros").asDouble()).isLessThanOrEqualTo(0.95 * 0.5 * denseP95());
        assertThat(variant.path("accuracyAfter").asDouble())
                .isGreaterThan(trained.path("accuracy").asDouble() - 0.05)
                .isGreaterThanOrEqualTo(variant.path("randomOneShotAccuracy").asDouble());
        assertThat(pruned.path("candidates")).hasSizeGreaterThanOrEqualTo(4);
        assertThat(folder.resolve("prune/golden.pb")).isNotEmptyFile();
        assertThat(folder.resolve("prune/provenance.json"))
                .content()
                .contains(variant.path("digest").asText());

        run("again", 0, prune(model, 0.5));
        assertThat(folder.resolve("again/variant.onnx"))
                .as("same seed, same bits")
                .hasSameBinaryContentAs(folder.resolve("prune/variant.onnx"));

        JsonNode refused = run("refuse", 3, prune(model, 0.01));
        assertThat(refused.path("outcome").asText()).isEqualTo("refused");
        assertThat(refused.path("floorP95Micros").asDouble()).isPositive();

        reportsToAPerson(model);
    }

    private void reportsToAPerson(Path model) throws IOException {
        Files.write(folder.resolve("profile.json"), ProfileJson.bytes(device().measured(1)));
        assertThat(pruneForAPerson(model, "50%")).isEqualTo(PruningMain.DONE);
        JsonNode told = JSON.readTree(folder.resolve("told.json").toFile());
        assertThat(told.at("/verdict/outcome").asText()).isEqualTo("done");
        assertThat(told.at("/comparison/after/predicted/p95Micros").asDouble()).isLessThan(0.5 * denseP95());
        assertThat(told.at("/comparison/before/accuracy").asDouble()).isGreaterThan(0.8);
        assertThat(told.at("/comparison/after/confusion")).isNotEmpty();
        assertThat(told.path("layers")).hasSize(5);
        assertThat(told.at("/layers/4/denseBecause").asText()).contains("Softmax");
        assertThat(folder.resolve("told.html"))
                .content()
                .contains("Fits the budget")
                .contains("Kept channels");
        assertThat(folder.resolve("told/variant.onnx")).isNotEmptyFile();

        assertThat(pruneForAPerson(model, "1%")).isEqualTo(PruningMain.REFUSED);
        assertThat(folder.resolve("told.html")).content().contains("Refused").contains("needs at least");
    }

    private int pruneForAPerson(Path model, String latency) {
        return PruningMain.run(
                new PrintWriter(System.err, true),
                "prune",
                model.toString(),
                "--data=" + folder.resolve("data"),
                "--latency=" + latency,
                "--scale=" + 1 / 255.0,
                "--epochs=1",
                "--max-train-samples=400",
                "--profile=" + folder.resolve("profile.json"),
                "--out=" + folder.resolve("told"),
                "--report=" + folder.resolve("told.html"),
                "--json=" + folder.resolve("told.json"));
    }

    @Test
    void saysWhatIsNotAModel() throws IOException {
        Files.write(folder.resolve("not.onnx"), "PK and so on".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        JsonNode result = run(
                "bad", 2, job("inspect").put("model", folder.resolve("not.onnx").toString()));
        assertThat(result.path("problem").path("title").asText()).isEqualTo("The model cannot be used");
    }

    private ObjectNode prune(Path model, double share) throws IOException {
        ObjectNode job = job("prune").put("model", model.toString());
        job.putObject("target").put("latencyP95Micros", share * denseP95());
        job.set("device", JSON.readTree(ProfileJson.bytes(device().measured(1))));
        ((ObjectNode) job.path("recipe")).put("control", true);
        return job;
    }

    private static SyntheticDevice device() {
        return new SyntheticDevice(new ChannelStep(4, 8), 6, 60_000, 1, 0.01);
    }

    private static double denseP95() {
        return device().measured(1).denseP95Micros();
    }

    private ObjectNode job(String kind) {
        ObjectNode job = JSON.createObjectNode().put("kind", kind);
        job.put("dataset", folder.resolve("data").toString());
        job.putObject("contract").put("scale", 1 / 255.0);
        job.putObject("recipe").put("epochs", 2).put("learningRate", 0.02);
        job.put("hostLock", folder.resolve("lock").toString());
        return job;
    }

    private JsonNode run(String name, int exitCode, ObjectNode job) throws IOException {
        Path jobFolder = Files.createDirectories(folder.resolve(name));
        JSON.writeValue(jobFolder.resolve("job.json").toFile(), job);
        int code = new CommandLine(new JobCommand()).execute(jobFolder.toString());
        JsonNode result = JSON.readTree(jobFolder.resolve("result.json").toFile());
        assertThat(code).as("%s", result).isEqualTo(exitCode);
        return result;
    }

    /** Ten classes of a bright square at one of ten places, with noise. */
    private void writeImages(String part, int count, long seed) throws IOException {
        Path data = Files.createDirectories(folder.resolve("data"));
        Random random = new Random(seed);
        try (DataOutputStream images =
                        new DataOutputStream(Files.newOutputStream(data.resolve(part + "-images-idx3-ubyte")));
                DataOutputStream labels =
                        new DataOutputStream(Files.newOutputStream(data.resolve(part + "-labels-idx1-ubyte")))) {
            images.writeInt(0x803);
            images.writeInt(count);
            images.writeInt(SIDE);
            images.writeInt(SIDE);
            labels.writeInt(0x801);
            labels.writeInt(count);
            for (int i = 0; i < count; i++) {
                int label = i % 10;
                labels.writeByte(label);
                images.write(image(label, random));
            }
        }
    }

    private static byte[] image(int label, Random random) {
        byte[] pixels = new byte[SIDE * SIDE];
        int left = 2 + label % 5 * 5 + random.nextInt(2);
        int top = 4 + label / 5 * 12 + random.nextInt(3);
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                boolean inside = x >= left && x < left + 5 && y >= top && y < top + 6;
                pixels[y * SIDE + x] = (byte) Math.min(255, random.nextInt(60) + (inside ? 150 : 0));
            }
        }
        return pixels;
    }
}
