package io.espalier.pruning.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.proto.Sha256;
import io.espalier.pruning.data.SampleFiles;
import io.espalier.pruning.evaluation.OnnxModel;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.LayerWeights;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.graph.Tensor;
import io.espalier.pruning.onnx.OnnxReader;
import io.espalier.pruning.onnx.OnnxWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Detectors, which give a map of boxes and scores, pruned with samples that have no labels. */
class RegressionJobTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SIDE = 8;
    private static final int CHANNELS = 16;

    @TempDir
    Path folder;

    private Path data;

    @BeforeEach
    void writeData() throws IOException {
        data = folder.resolve("data.npz");
        SampleFiles.zip(data, Map.of("x_train.npy", images(600, 1), "x_test.npy", images(100, 2)));
    }

    @Test
    void learnsFromTheUnprunedModelAlone() throws IOException {
        Path model = write(detector("Relu"));
        JsonNode result = run("trained", PruningMain.DONE, job(model));

        JsonNode variant = result.path("variant");
        assertThat(variant.path("rSquaredBefore").asDouble()).isEqualTo(1);
        assertThat(variant.path("rSquaredAfter").asDouble())
                .isGreaterThan(0.9)
                .isGreaterThan(variant.path("rSquaredPruned").asDouble());
        assertThat(variant.path("relativeErrorAfter").asDouble()).isLessThan(0.2);
        assertThat(variant.has("accuracyAfter")).isFalse();
        assertThat(variant.has("note")).isFalse();
        assertThat(variant.path("sizeBytes").asLong()).isLessThanOrEqualTo(Files.size(model) * 6 / 10);
        try (OnnxModel pruned = OnnxModel.load(Files.readAllBytes(folder.resolve("trained/variant.onnx")), 1)) {
            assertThat(pruned.outputSizes()).containsExactly(2 * SIDE * SIDE / 4, 3);
        }
        JsonNode provenance =
                JSON.readTree(folder.resolve("trained/provenance.json").toFile());
        assertThat(provenance.path("task").asText()).isEqualTo("regression");
        assertThat(provenance.at("/training/teacherShare").asDouble()).isEqualTo(1);
        assertThat(provenance.at("/metrics/rSquaredAfter")).isEqualTo(variant.path("rSquaredAfter"));
        assertThat(provenance.at("/metrics/relativeErrorAfter")).isEqualTo(variant.path("relativeErrorAfter"));
        assertThat(provenance.path("metrics").has("accuracyAfter")).isFalse();
        assertThat(provenance.at("/data/testSamples").asInt()).isEqualTo(100);
    }

    @Test
    void holdsTheAskedShareOfWeightsAtZeroBehindACut() throws IOException {
        ObjectNode job = job(write(detector("Relu")));
        ((ObjectNode) job.path("recipe")).put("sparsity", 0.6);
        JsonNode result = run("sparse", PruningMain.DONE, job);

        long zeros = 0;
        long weights = 0;
        for (Tensor layer : LayerWeights.of(OnnxReader.read(folder.resolve("sparse/variant.onnx")))
                .values()) {
            for (float weight : layer.floats()) {
                zeros += weight == 0 ? 1 : 0;
                weights++;
            }
        }
        assertThat(zeros).isEqualTo(Math.round(0.6 * weights));
        JsonNode variant = result.path("variant");
        assertThat(variant.at("/encoding/sparsity").asDouble()).isEqualTo((double) zeros / weights);
        assertThat(variant.at("/encoding/gzipBytes").asLong())
                .isLessThan(variant.path("sizeBytes").asLong() * 3 / 4);
        assertThat(variant.path("rSquaredAfter").asDouble()).isGreaterThan(0.5);
        JsonNode provenance =
                JSON.readTree(folder.resolve("sparse/provenance.json").toFile());
        assertThat(provenance.at("/recipe/sparsity").asDouble()).isEqualTo(0.6);
        assertThat(provenance.at("/encoding")).isEqualTo(variant.path("encoding"));
    }

    @Test
    void fitsWhatCannotBeTrained() throws IOException {
        JsonNode result = run("fitted", PruningMain.DONE, job(write(detector("Erf"))));

        JsonNode variant = result.path("variant");
        assertThat(variant.path("note").asText()).startsWith("not fine-tuned: Erf 'erf1'");
        assertThat(variant.path("rSquaredAfter").asDouble())
                .isGreaterThan(0.9)
                .isGreaterThan(variant.path("rSquaredPruned").asDouble());
    }

    @Test
    void handsOutWhatEveryRoundMade() throws IOException {
        ObjectNode inRounds = job(write(detector("Erf")));
        inRounds.withObject("/recipe").put("rounds", 3);
        JsonNode result = run("rounds", PruningMain.DONE, inRounds);

        assertThat(result.path("alsoMade")).hasSize(2);
        long size = Files.size(folder.resolve("model.onnx"));
        for (JsonNode each : result.path("alsoMade")) {
            JsonNode variant = each.path("variant");
            Path onnx = folder.resolve("rounds").resolve(variant.path("file").asText());
            assertThat(variant.path("digest").asText())
                    .isEqualTo(Sha256.of(Files.readAllBytes(onnx)).hex());
            assertThat(Files.size(onnx)).isLessThan(size);
            assertThat(variant.path("selectionScore").asDouble()).isPositive();
            assertThat(folder.resolve("rounds").resolve(each.at("/files/golden").asText()))
                    .isNotEmptyFile();
            assertThat(folder.resolve("rounds")
                            .resolve(each.at("/files/provenance").asText()))
                    .content()
                    .contains(variant.path("digest").asText());
            size = Files.size(onnx);
        }
        assertThat(folder.resolve("rounds/variant.onnx")).isNotEmptyFile();

        JsonNode atOnce = run("rounds", PruningMain.DONE, job(write(detector("Erf"))));
        assertThat(atOnce.has("alsoMade")).isFalse();
        assertThat(folder.resolve("rounds/round-1-variant.onnx")).doesNotExist();
    }

    @Test
    void tellsAPersonHowNearTheVariantComes() throws IOException {
        Path model = write(detector("Erf"));
        int code = PruningMain.run(
                new PrintWriter(System.err, true),
                "prune",
                model.toString(),
                "--data",
                data.toString(),
                "--task",
                "regression",
                "--size-bytes",
                Long.toString(Files.size(model) * 6 / 10),
                "--out",
                folder.resolve("out").toString(),
                "--json",
                folder.resolve("told.json").toString(),
                "--report",
                folder.resolve("told.html").toString());

        assertThat(code).isEqualTo(PruningMain.DONE);
        JsonNode told = JSON.readTree(folder.resolve("told.json").toFile());
        assertThat(told.at("/comparison/after/rSquared").asDouble()).isGreaterThan(0.9);
        assertThat(told.at("/verdict/detail").asText()).startsWith("R² went from 100.0 %");
        assertThat(folder.resolve("told.html")).content().contains("R² against");
    }

    @Test
    void looksAModelOverWithoutLabels() throws IOException {
        ObjectNode job = job(write(detector("Relu"))).put("kind", "inspect");
        job.remove("target");
        JsonNode found = run("inspected", PruningMain.DONE, job);

        assertThat(found.has("accuracy")).isFalse();
        assertThat(found.path("classes").asInt()).isZero();
        assertThat(folder.resolve("inspected/golden.pb")).isNotEmptyFile();
        assertThat(folder.resolve("inspected/replay.pb")).isNotEmptyFile();
    }

    @Test
    void doesNotReadLabelsThatAreThere() throws IOException {
        SampleFiles.zip(
                data,
                Map.of(
                        "x_train.npy", images(600, 1),
                        "x_test.npy", images(100, 2),
                        "y_train.npy", SampleFiles.npy("|i1", "(2,)", new byte[] {-5, 7})));
        JsonNode result = run("labelled", PruningMain.DONE, job(write(detector("Erf"))));
        assertThat(result.at("/variant/rSquaredAfter").asDouble()).isGreaterThan(0.9);
    }

    @Test
    void refusesAModelThatSaysTheSameOfEverySample() throws IOException {
        Graph detector = detector("Relu");
        Map<String, Tensor> dead = new HashMap<>();
        for (String weights : List.of("conv1_w", "conv1_b")) {
            Tensor tensor = detector.constant(weights);
            dead.put(weights, Tensor.ofFloats(new float[tensor.elements()], tensor.shape()));
        }
        assertThat(problem("dead", job(write(detector.withInitializers(dead)))))
                .contains("The model gives the same for all of 60 samples")
                .contains("Check the input scaling");
    }

    @Test
    void saysWhatRegressionCannotDo() throws IOException {
        Path model = write(detector("Relu"));
        ObjectNode baseline = job(model).put("kind", "baseline");
        ((ObjectNode) baseline.path("recipe")).put("distill", false);
        assertThat(problem("baseline", baseline))
                .contains("task is regression, which has nothing to learn from but an unpruned model")
                .contains("recipe.distill is false");
        ObjectNode gradients = job(model);
        ((ObjectNode) gradients.path("recipe")).put("importance", "taylor");
        assertThat(problem("gradients", gradients))
                .contains("taylor needs gradients, and there are none: there are no");
        assertThat(problem("classes", job(model).put("task", "classification")))
                .contains("data.npz has no array 'y_train'")
                .contains("its task is regression, which needs no labels");
        assertThat(problem("typo", job(model).put("task", "regresion")))
                .contains("task must be one of classification, regression, is \"regresion\". Maybe \"regression\"?");
    }

    private String problem(String name, ObjectNode job) throws IOException {
        return run(name, PruningMain.INVALID, job).at("/problem/detail").asText();
    }

    private ObjectNode job(Path model) throws IOException {
        ObjectNode job = JSON.createObjectNode().put("kind", "prune").put("task", "regression");
        job.put("model", model.toString()).put("dataset", data.toString());
        job.putObject("recipe").put("epochs", 3);
        job.putObject("target").put("sizeBytes", Files.size(model) * 6 / 10);
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

    private Path write(Graph graph) throws IOException {
        return Files.write(folder.resolve("model.onnx"), OnnxWriter.write(graph));
    }

    /** Smooth random images, of which a few numbers say much. */
    private static byte[] images(int count, long seed) throws IOException {
        Random random = new Random(seed);
        ByteBuffer values = ByteBuffer.allocate(4 * count * SIDE * SIDE).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            double across = 1.5 * random.nextGaussian();
            double down = 1.5 * random.nextGaussian();
            double shift = random.nextGaussian();
            for (int p = 0; p < SIDE * SIDE; p++) {
                double wave = Math.sin(shift + across * (p % SIDE) / SIDE + down * (p / SIDE) / SIDE);
                values.putFloat((float) (wave + 0.1 * random.nextGaussian()));
            }
        }
        return SampleFiles.npy("<f4", "(" + count + ", " + SIDE + ", " + SIDE + ")", values.array());
    }

    /** A map of boxes and the scores of three classes from a body whose channels come in pairs that are nearly alike. */
    private static Graph detector(String activation) {
        NetworkBuilder n = new NetworkBuilder("detector", new Random(3));
        String x = n.op(activation, List.of(n.conv(n.input("input", 1, SIDE, SIDE), CHANNELS, 3, 1, 1)), Map.of());
        String body = n.op(activation, List.of(n.conv(x, CHANNELS, 3, 2, 1)), Map.of());
        String map = n.conv(body, 2, 1, 1, 0);
        String scores = n.softmax(n.gemm(n.flatten(n.maxPool(body, 2)), 3));
        Graph graph = n.build(map, scores);
        Map<String, Tensor> alike = new HashMap<>();
        for (String weights : List.of("conv1_w", "conv2_w")) {
            alike.put(weights, nearlyAlike(graph.constant(weights)));
        }
        return graph.withInitializers(alike);
    }

    private static Tensor nearlyAlike(Tensor weights) {
        Tensor pairs = weights.select(
                0, IntStream.range(0, CHANNELS).map(c -> c / 2 * 2).toArray());
        Random random = new Random(4);
        float[] values = pairs.floats();
        for (int i = 0; i < values.length; i++) {
            values[i] += (float) (0.02 * random.nextGaussian());
        }
        return Tensor.ofFloats(values, pairs.shape());
    }
}
