package io.espalier.pruning.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.pruning.campaign.Progress;
import io.espalier.pruning.data.SampleFiles;
import io.espalier.pruning.data.SampleShape;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.data.ToyImages;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.graph.Tensor;
import io.espalier.pruning.onnx.OnnxReader;
import io.espalier.pruning.onnx.OnnxWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job of two rounds that is stopped behind the first one, which left a residual block out and trained the rest. */
class StoppedJobTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final double SCALE = 1 / 64.0;
    private static final SampleShape SHAPE = new SampleShape(1, 8, 8);
    /** The second of the two blocks hardly adds anything. */
    private static final String IDLE_BLOCK = "add2";

    @TempDir
    Path folder;

    private final List<String> told = new ArrayList<>();
    private Graph unpruned;
    /** 0: whatever is lost. */
    private double mostLost;

    @BeforeEach
    void write() throws IOException {
        unpruned = network();
        Files.write(folder.resolve("model.onnx"), OnnxWriter.write(unpruned));
        SampleFiles.zip(folder.resolve("data.npz"), Map.of("x_train.npy", images(300, 1), "x_test.npy", images(20, 2)));
    }

    @Test
    void goesOnBehindItsLastWholeRoundToTheVeryBitsOfAnUndisturbedOne() throws IOException {
        prune("undisturbed", "");
        assertThat(told).anyMatch(message -> message.startsWith("round 1 of 2"));

        assertThatIllegalStateException()
                .isThrownBy(() -> prune("stopped", "round 2 of 2"))
                .withMessage("stopped");
        JsonNode state = JSON.readTree(folder.resolve("stopped/checkpoint.json").toFile());
        assertThat(state.at("/rounds/0/chosen").asText()).endsWith(" without " + IDLE_BLOCK);
        Graph kept = OnnxReader.read(theCheckpoint());
        assertThat(kept.constant("conv1_w").shape())
                .isEqualTo(unpruned.constant("conv1_w").shape());
        assertThat(kept.constant("conv1_w").floats())
                .as("behind no cut, so only training can have changed it")
                .isNotEqualTo(unpruned.constant("conv1_w").floats());

        told.clear();
        JsonNode resumed = prune("stopped", "");

        assertThat(told)
                .anyMatch(message -> message.startsWith("round 2 of 2"))
                .noneMatch(message -> message.startsWith("round 1 of 2"));
        assertThat(folder.resolve("stopped/variant.onnx"))
                .hasSameBinaryContentAs(folder.resolve("undisturbed/variant.onnx"));
        assertThat(folder.resolve("stopped/provenance.json"))
                .hasSameTextualContentAs(folder.resolve("undisturbed/provenance.json"));
        assertThat(resumed.at("/pruningRounds/0/chosen")).isEqualTo(state.at("/rounds/0/chosen"));
        assertThat(keptOf(resumed, "conv4")).as("the idle block's inner layer").isZero();
        assertThat(keptOf(resumed, "conv1")).isPositive();
    }

    @Test
    void comesBackToItsLastWholeRoundWhereTheNextLosesTooMuch() throws IOException {
        JsonNode rounds = prune("unbounded", "").at("/pruningRounds");
        double first = 1 - rounds.at("/0/scoreOnceTrained").asDouble();
        double second = 1 - rounds.at("/1/scoreOnceTrained").asDouble();
        assertThat(first).isPositive().isLessThan(second);
        mostLost = (first + second) / 2;
        prune("undisturbed", "");
        assertThatIllegalStateException()
                .isThrownBy(() -> prune("stopped", "round 2 of 2"))
                .withMessage("stopped");

        told.clear();
        JsonNode resumed = prune("stopped", "");

        assertThat(told).noneMatch(message -> message.startsWith("round 1 of 2"));
        assertThat(resumed.at("/stopped/round").asInt()).isEqualTo(2);
        assertThat(resumed.at("/pruningRounds")).hasSize(1);
        assertThat(folder.resolve("stopped/variant.onnx"))
                .hasSameBinaryContentAs(folder.resolve("undisturbed/variant.onnx"))
                .hasSameBinaryContentAs(folder.resolve("stopped/round-1-variant.onnx"));
        assertThat(folder.resolve("stopped/provenance.json"))
                .hasSameTextualContentAs(folder.resolve("undisturbed/provenance.json"));
    }

    @Test
    void doesOnlyItsLastRoundAgainWhereTheResultOfAJobWasNotWritten() throws IOException {
        Path jobFolder = Files.createDirectories(folder.resolve("job"));
        Files.writeString(jobFolder.resolve("job.json"), job().toString());

        doesOnlyItsLastRoundAgain(jobFolder, jobFolder, "job", jobFolder.toString());
    }

    @Test
    void doesOnlyItsLastRoundAgainWhereTheResultOfACommandWasNotWritten() throws IOException {
        Path out = Files.createDirectories(folder.resolve("pruned"));

        doesOnlyItsLastRoundAgain(
                out.resolve("unfinished"),
                out,
                "prune",
                folder.resolve("model.onnx").toString(),
                "--data=" + folder.resolve("data.npz"),
                "--task=regression",
                "--scale=" + SCALE,
                "--epochs=2",
                "--rounds=2",
                "--importance=l1",
                "--size-bytes=" + halfTheModel(),
                "--out=" + out);
    }

    @Test
    void goesOnByTheTimingsThatItHadWhereThisMachineIsTheDevice() throws IOException {
        Path out = Files.createDirectories(folder.resolve("pruned"));
        Path work = out.resolve("unfinished");
        Path inTheWay = Files.createDirectories(work.resolve("result.json.part"));
        String[] command = {
            "prune",
            folder.resolve("model.onnx").toString(),
            "--data=" + folder.resolve("data.npz"),
            "--task=regression",
            "--scale=" + SCALE,
            "--epochs=2",
            "--rounds=2",
            "--importance=l1",
            "--latency=10000%",
            "--size-bytes=" + halfTheModel(),
            "--json=" + folder.resolve("told.json"),
            "--out=" + out
        };
        assertThat(run(command)).isEqualTo(PruningMain.FAILED);
        assertThat(work.resolve("checkpoint-timings.json")).exists();
        Object firstRound = identity(work.resolve("round-1.json"));
        Files.deleteIfExists(inTheWay);

        assertThat(run(command)).isEqualTo(PruningMain.DONE);

        assertThat(identity(out.resolve("round-1.json"))).as("not made again").isEqualTo(firstRound);
        JsonNode report = JSON.readTree(folder.resolve("told.json").toFile());
        assertThat(report.at("/asked/device").asText()).endsWith("ago by a run that was stopped, 1 thread");
        assertThat(report.at("/candidates/0/measured/p95Micros").asDouble()).isPositive();
        assertThat(work).doesNotExist();
        assertThat(out.resolve("checkpoint-timings.json")).doesNotExist();

        assertThat(run(command)).isEqualTo(PruningMain.DONE);
        assertThat(JSON.readTree(folder.resolve("told.json").toFile())
                        .at("/asked/device")
                        .asText())
                .as("a run that ended leaves nothing to go on by")
                .isEqualTo("this machine, measured before, 1 thread");
    }

    /**
     * @param work where the job does its work
     * @param out where its result is to be
     * @param command stopped between {@code variant.onnx} and {@code result.json}, for which no room is left in {@code work}
     */
    private void doesOnlyItsLastRoundAgain(Path work, Path out, String... command) throws IOException {
        Path inTheWay = Files.createDirectories(work.resolve("result.json.part"));
        assertThat(run(command)).isEqualTo(PruningMain.FAILED);
        assertThat(work.resolve("variant.onnx")).exists();
        assertThat(out.resolve("result.json")).doesNotExist();
        assertThat(work.resolve("checkpoint.json")).exists();
        byte[] made = Files.readAllBytes(work.resolve("variant.onnx"));
        Object firstRound = identity(work.resolve("round-1.json"));
        Files.deleteIfExists(inTheWay);

        assertThat(run(command)).isEqualTo(PruningMain.DONE);

        assertThat(identity(out.resolve("round-1.json")))
                .as("written once only")
                .isEqualTo(firstRound);
        assertThat(out.resolve("variant.onnx")).hasBinaryContent(made);
        JsonNode result = JSON.readTree(out.resolve("result.json").toFile());
        assertThat(result.at("/pruningRounds")).hasSize(2);
        assertThat(result.at("/alsoMade")).hasSize(1);
        assertThat(work.resolve("checkpoint.json")).doesNotExist();
        assertThat(networksIn(out))
                .extracting(Path::getFileName)
                .noneMatch(name -> name.toString().startsWith("checkpoint"));
    }

    private static int run(String... command) {
        return PruningMain.run(new PrintWriter(Writer.nullWriter()), command);
    }

    /** Of the file itself, whatever it holds. */
    private static Object identity(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    private static int keptOf(JsonNode result, String layer) {
        for (JsonNode each : result.at("/variant/keptChannels")) {
            if (each.path("layer").asText().equals(layer)) {
                return each.path("kept").asInt();
            }
        }
        throw new AssertionError(layer + " is not in " + result);
    }

    /** @param stopsAt beginning of the progress message at which the run ends; empty: of none */
    private JsonNode prune(String name, String stopsAt) throws IOException {
        Path jobFolder = Files.createDirectories(folder.resolve(name));
        Progress progress = (stage, done, total, left, message) -> {
            told.add(message);
            if (!stopsAt.isEmpty() && message.startsWith(stopsAt)) {
                throw new IllegalStateException("stopped");
            }
        };
        return new JobRunner(new JobFolder(jobFolder), progress)
                .run(JobReader.parse(job().toString()))
                .result();
    }

    private ObjectNode job() throws IOException {
        ObjectNode job = JSON.createObjectNode().put("kind", "prune").put("task", "regression");
        job.put("model", folder.resolve("model.onnx").toString());
        job.put("dataset", folder.resolve("data.npz").toString());
        job.putObject("contract").put("scale", SCALE);
        ObjectNode recipe =
                job.putObject("recipe").put("epochs", 2).put("rounds", 2).put("importance", "l1");
        if (mostLost > 0) {
            recipe.put("mostLost", mostLost);
        }
        job.putObject("target").put("sizeBytes", halfTheModel());
        return job;
    }

    private long halfTheModel() throws IOException {
        return Files.size(folder.resolve("model.onnx")) / 2;
    }

    private byte[] theCheckpoint() throws IOException {
        return Files.readAllBytes(networksIn(folder.resolve("stopped")).get(0));
    }

    private static List<Path> networksIn(Path jobFolder) throws IOException {
        try (Stream<Path> files = Files.list(jobFolder)) {
            return files.filter(file -> file.toString().endsWith(".onnx")).toList();
        }
    }

    private static Graph network() {
        NetworkBuilder n = new NetworkBuilder("blocks", new Random(5));
        String x = n.relu(n.conv(n.input("input", 1, 8, 8), 8, 3, 1, 1));
        for (int block = 0; block < 2; block++) {
            x = n.relu(n.add(n.conv(n.relu(n.conv(x, 8, 3, 1, 1)), 8, 3, 1, 1), x));
        }
        Graph graph = n.build(n.gemm(n.flatten(n.globalAveragePool(x)), 3));
        Tensor last = graph.constant("conv5_w");
        float[] faint = last.floats();
        for (int i = 0; i < faint.length; i++) {
            faint[i] *= 0.001f;
        }
        return graph.withInitializers(Map.of("conv5_w", Tensor.ofFloats(faint, last.shape())));
    }

    private static byte[] images(int count, long seed) throws IOException {
        Samples samples = ToyImages.samples(count, SHAPE, seed);
        byte[] pixels = new byte[count * SHAPE.values()];
        for (int i = 0; i < count; i++) {
            float[] image = new float[SHAPE.values()];
            samples.copyRaw(i, image, 0);
            for (int p = 0; p < image.length; p++) {
                pixels[i * image.length + p] = (byte) image[p];
            }
        }
        return SampleFiles.npy("|u1", "(" + count + ", 8, 8)", pixels);
    }
}
