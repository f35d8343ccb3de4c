package io.espalier.pruning.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.proto.Sha256;
import io.espalier.pruning.data.SampleFiles;
import io.espalier.pruning.evaluation.OnnxModel;
import io.espalier.pruning.graph.Costs;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.onnx.OnnxReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Keras model goes in at {@code ./espalier prune}, read by a process of its own, and a pruned ONNX file comes out. */
class PruneKerasTest {
    private static final int HEIGHT = 9;
    private static final int WIDTH = 7;
    private static final int CHANNELS = 3;

    @TempDir
    Path folder;

    private Path model;
    private final StringWriter said = new StringWriter();

    @BeforeEach
    void write() throws IOException {
        model = Files.copy(Path.of("src/test/resources/keras/odd_sizes.h5"), folder.resolve("model.h5"));
        SampleFiles.zip(folder.resolve("data.npz"), Map.of("x_train.npy", images(60, 1), "x_test.npy", images(20, 2)));
    }

    @Test
    void keepsWhatItBroughtOverBesideTheVariantThatWasMadeOfIt() throws IOException {
        Path onnx = folder.resolve("whole.onnx");
        new KerasImport().run(model, onnx);
        byte[] whole = Files.readAllBytes(onnx);

        assertThat(prune(whole.length * 8 / 10)).as("%s", said).isEqualTo(PruningMain.DONE);

        Path out = folder.resolve("out");
        assertThat(out.resolve("imported.onnx")).hasBinaryContent(whole);
        assertThat(names(out))
                .containsExactlyInAnyOrder(
                        "imported.onnx", "variant.onnx", "golden.pb", "provenance.json", "result.json");
        assertThat(out.resolve("provenance.json"))
                .content()
                .contains(Sha256.of(whole).hex());

        byte[] variant = Files.readAllBytes(out.resolve("variant.onnx"));
        assertThat(variant.length).isLessThanOrEqualTo(whole.length * 8 / 10);
        Graph pruned = OnnxReader.read(variant);
        assertThat(Costs.of(pruned).macs())
                .isLessThan(Costs.of(OnnxReader.read(whole)).macs());
        assertThat(pruned.onlyInput().shape().dims()).containsExactly(-1, CHANNELS, HEIGHT, WIDTH);
        try (OnnxModel runs = OnnxModel.load(variant, 1);
                OnnxModel ran = OnnxModel.load(whole, 1)) {
            assertThat(runs.outputSizes()).isEqualTo(ran.outputSizes());
        }
        JsonNode result = new ObjectMapper().readTree(out.resolve("result.json").toFile());
        assertThat(result.at("/variant/digest").asText())
                .isEqualTo(Sha256.of(variant).hex());
    }

    @Test
    void keepsNothingWhereTheBudgetIsOutOfReach() throws IOException {
        assertThat(prune(9)).as("%s", said).isEqualTo(PruningMain.REFUSED);
        assertThat(names(folder.resolve("out"))).containsExactly("result.json");
    }

    @Test
    void saysWhatIsWrongWithTheFileAndLeavesNoFolder() throws IOException {
        Files.copy(Path.of("src/test/resources/keras/huge.h5"), model, StandardCopyOption.REPLACE_EXISTING);

        assertThat(prune(9)).isEqualTo(PruningMain.INVALID);
        assertThat(said.toString())
                .contains("The Keras model cannot be used", "Weight vast/kernel:0 is declared as [40000, 40000]")
                .doesNotContain("\tat ");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    private int prune(long sizeBytes) {
        return PruningMain.run(
                new PrintWriter(said, true),
                "prune",
                model.toString(),
                "--data=" + folder.resolve("data.npz"),
                "--task=regression",
                "--importance=l1",
                "--epochs=0",
                "--size-bytes=" + sizeBytes,
                "--out=" + folder.resolve("out"));
    }

    private static List<String> names(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static byte[] images(int count, long seed) throws IOException {
        Random random = new Random(seed);
        ByteBuffer values = ByteBuffer.allocate(Float.BYTES * count * HEIGHT * WIDTH * CHANNELS)
                .order(ByteOrder.LITTLE_ENDIAN);
        while (values.hasRemaining()) {
            values.putFloat((float) random.nextGaussian());
        }
        return SampleFiles.npy(
                "<f4", "(" + count + ", " + HEIGHT + ", " + WIDTH + ", " + CHANNELS + ")", values.array());
    }
}
