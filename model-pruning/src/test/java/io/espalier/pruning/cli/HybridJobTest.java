package io.espalier.pruning.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.pruning.data.PatchImages;
import io.espalier.pruning.data.SampleFiles;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.graph.ElementType;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Tensor;
import io.espalier.pruning.onnx.OnnxReader;
import io.espalier.pruning.onnx.OnnxWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole campaign as a person asks for it: channels, then single weights, then 8-bit integers, with the real trainer. */
class HybridJobTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private long sizeBytes;

    @BeforeEach
    void write() throws IOException {
        byte[] model = OnnxWriter.write(PatchImages.network());
        sizeBytes = model.length;
        Files.write(folder.resolve("model.onnx"), model);
        Samples train = PatchImages.samples(800, 1);
        Samples test = PatchImages.samples(160, 2);
        SampleFiles.zip(
                folder.resolve("data.npz"),
                Map.of(
                        "x_train.npy", images(train),
                        "y_train.npy", labels(train),
                        "x_test.npy", images(test),
                        "y_test.npy", labels(test)));
    }

    @Test
    void shipsIntegersOfWhichTheAskedShareIsZeroWhereTheSizeAllowsNoMore() throws IOException {
        int code = PruningMain.run(
                new PrintWriter(System.err, true),
                "prune",
                folder.resolve("model.onnx").toString(),
                "--data=" + folder.resolve("data.npz"),
                "--size-bytes=" + sizeBytes * 35 / 100,
                "--epochs=1",
                "--importance=l1",
                "--precision=auto",
                "--sparsity=0.5",
                "--out=" + folder.resolve("out"),
                "--json=" + folder.resolve("told.json"));

        assertThat(code).isEqualTo(PruningMain.DONE);
        JsonNode variant =
                JSON.readTree(folder.resolve("out/result.json").toFile()).path("variant");
        assertThat(variant.at("/encoding/precision").asText()).isEqualTo("int8");
        assertThat(variant.at("/encoding/sparsity").asDouble()).isEqualTo(0.5);
        assertThat(variant.path("accuracyAfter").asDouble()).isGreaterThan(0.9);
        assertThat(variant.at("/keptChannels/0/kept").asInt()).isEqualTo(PatchImages.CLASSES);
        Path file = folder.resolve("out/variant.onnx");
        assertThat(Files.size(file))
                .isEqualTo(variant.path("sizeBytes").asLong())
                .isLessThanOrEqualTo(sizeBytes * 35 / 100);
        assertThat(variant.at("/encoding/gzipBytes").asLong()).isLessThan(Files.size(file));

        assertThat(zeroBytes(OnnxReader.read(file)))
                .as("of 16,640 weights in integers half are held at zero, and rounding makes more")
                .isBetween(8_320, 16_640);
        JsonNode provenance =
                JSON.readTree(folder.resolve("out/provenance.json").toFile());
        assertThat(provenance.at("/recipe/precision").asText()).isEqualTo("auto");
        assertThat(provenance.path("encoding")).isEqualTo(variant.path("encoding"));
        JsonNode told = JSON.readTree(folder.resolve("told.json").toFile());
        assertThat(told.at("/provenance/weights").asText())
                .startsWith("8-bit integers up to 63")
                .endsWith("50.0 % of them are zero");
        assertThat(told.at("/comparison/gzipBytesAfter").asLong())
                .isEqualTo(variant.at("/encoding/gzipBytes").asLong());
    }

    private static int zeroBytes(Graph graph) {
        int zeros = 0;
        for (Tensor tensor : graph.initializers().values()) {
            if (tensor.type() == ElementType.INT8 && tensor.shape().rank() == 2) {
                for (byte weight : tensor.bytes()) {
                    zeros += weight == 0 ? 1 : 0;
                }
            }
        }
        return zeros;
    }

    private static byte[] images(Samples samples) throws IOException {
        int side = PatchImages.SIDE;
        byte[] pixels = new byte[samples.size() * side * side];
        float[] image = new float[side * side];
        for (int i = 0; i < samples.size(); i++) {
            samples.copyRaw(i, image, 0);
            for (int p = 0; p < image.length; p++) {
                pixels[i * image.length + p] = (byte) (int) image[p];
            }
        }
        return SampleFiles.npy("|u1", "(" + samples.size() + ", " + side + ", " + side + ")", pixels);
    }

    private static byte[] labels(Samples samples) throws IOException {
        byte[] labels = new byte[samples.size()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = (byte) samples.label(i);
        }
        return SampleFiles.npy("|u1", "(" + labels.length + ",)", labels);
    }
}
