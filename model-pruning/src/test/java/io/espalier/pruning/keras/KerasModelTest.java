package io.espalier.pruning.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.pruning.evaluation.OnnxClassifier;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Tensor;
import io.espalier.pruning.onnx.OnnxReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KerasModelTest {
    private static final Path FIXTURES = Path.of("src/test/resources/keras");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"odd_sizes", "branches", "sequence"})
    void computesWhatAnotherImplementationDoes(String name) throws IOException {
        JsonNode expected =
                new ObjectMapper().readTree(FIXTURES.resolve(name + ".json").toFile());
        KerasModel keras = KerasModel.read(FIXTURES.resolve(name + ".h5"));
        assertThat(keras.difference()).isLessThan(1e-5);
        try (OnnxClassifier model = OnnxClassifier.load(keras.onnx(), 1)) {
            for (int sample = 0; sample < expected.path("inputs").size(); sample++) {
                float[] made =
                        model.run(channelsFirst(expected.path("inputs").get(sample), expected.path("inputDims")), 1)[0];
                JsonNode wanted = expected.path("outputs").get(sample);
                assertThat(made).hasSize(wanted.size());
                for (int i = 0; i < made.length; i++) {
                    assertThat(made[i]).isCloseTo((float) wanted.get(i).asDouble(), within(1e-5f));
                }
            }
        }
    }

    @Test
    void sortsWeightsInsteadOfFeatures() {
        Graph graph = graph("odd_sizes");
        assertThat(graph.nodes()).extracting(Node::opType).doesNotContain("Transpose", "Reshape", "Pad");
    }

    @Test
    void letsConvolutionsPadForThemselves() {
        Graph graph = graph("branches");
        assertThat(graph.nodes().stream().filter(node -> node.is("Pad"))).hasSize(1);
        assertThat(graph.node("conv_valid").intsAttribute("pads")).hasValue(new int[] {0, 1, 1, 0});
    }

    @Test
    void namesTheLayerThatWasTranslatedWrongly() {
        KerasNetwork network = network("odd_sizes");
        Map<String, Map<String, Tensor>> weights = weights("odd_sizes", network);
        Translation.Translated right = Translation.of(network, weights);
        Tensor kernel = right.graph().constant("depthwise_kernel");
        float[] turned = kernel.floats();
        turned[0] += 0.5f;
        Graph wrong =
                right.graph().withInitializers(Map.of("depthwise_kernel", Tensor.ofFloats(turned, kernel.shape())));
        TranslationCheck check =
                new TranslationCheck(network, weights, new Translation.Translated(wrong, right.layers()));
        assertThatThrownBy(() -> check.largestDifference(1))
                .isInstanceOf(KerasException.class)
                .hasMessageContaining("layer 'depthwise'");
    }

    @Test
    void refusesSizesThatOnlyTheFileBelievesIn() {
        assertThatThrownBy(() -> KerasModel.read(FIXTURES.resolve("huge.h5")))
                .isInstanceOf(KerasException.class)
                .hasMessageContaining("declared as [40000, 40000]");
    }

    @Test
    void saysThatAFileIsTruncatedWhereverItEnds() throws IOException {
        byte[] whole = Files.readAllBytes(FIXTURES.resolve("odd_sizes.h5"));
        for (int length : new int[] {8, 50, 96, 2000, whole.length / 2, whole.length - 1}) {
            Path cut = Files.write(folder.resolve("cut.h5"), java.util.Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> KerasModel.read(cut))
                    .as("%d bytes", length)
                    .isInstanceOf(KerasException.class)
                    .hasMessageContaining("truncated");
        }
    }

    @Test
    void saysWhatIsNoKerasFile() throws IOException {
        assertThatThrownBy(() -> KerasModel.read(Files.writeString(folder.resolve("a.h5"), "hello")))
                .hasMessageContaining("not an HDF5 file");
        assertThatThrownBy(() -> KerasModel.read(Files.writeString(folder.resolve("b.keras"), "PK\u0003\u0004")))
                .hasMessageContaining("Keras 3");
        assertThatThrownBy(() -> KerasModel.read(folder.resolve("none.h5"))).hasMessageContaining("cannot be read");
    }

    @Test
    void survivesDamage() throws IOException {
        byte[] whole = Files.readAllBytes(FIXTURES.resolve("sequence.h5"));
        java.util.Random random = new java.util.Random(4);
        int refused = 0;
        for (int i = 0; i < 150; i++) {
            byte[] damaged = whole.clone();
            for (int bytes = 0; bytes < 4; bytes++) {
                damaged[8 + random.nextInt(damaged.length - 8)] = (byte) random.nextInt();
            }
            Path file = Files.write(folder.resolve("damaged.h5"), damaged);
            try (KerasFile keras = KerasFile.open(file)) {
                KerasNetwork network = NetworkConfig.read(keras.config(), keras.version());
                network.layers().forEach(layer -> keras.weights(layer.name()));
            } catch (KerasException e) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }

    private static Graph graph(String name) {
        return OnnxReader.read(KerasModel.read(FIXTURES.resolve(name + ".h5")).onnx());
    }

    private static KerasNetwork network(String name) {
        try (KerasFile file = KerasFile.open(FIXTURES.resolve(name + ".h5"))) {
            return NetworkConfig.read(file.config(), Optional.empty());
        }
    }

    private static Map<String, Map<String, Tensor>> weights(String name, KerasNetwork network) {
        try (KerasFile file = KerasFile.open(FIXTURES.resolve(name + ".h5"))) {
            Map<String, Map<String, Tensor>> weights = new LinkedHashMap<>();
            network.layers().forEach(layer -> weights.put(layer.name(), file.weights(layer.name())));
            return weights;
        }
    }

    private static float[] channelsFirst(JsonNode values, JsonNode dims) {
        int channels = dims.size() == 3 ? dims.get(2).asInt() : 1;
        int pixels = values.size() / channels;
        float[] sorted = new float[values.size()];
        for (int i = 0; i < sorted.length; i++) {
            sorted[i % channels * pixels + i / channels] = (float) values.get(i).asDouble();
        }
        return sorted;
    }
}
