package io.espalier.pruning.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.pruning.graph.Attribute;
import io.espalier.pruning.graph.ElementType;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.GraphBuilder;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Shape;
import io.espalier.pruning.graph.Tensor;
import io.espalier.pruning.graph.ValueInfo;
import io.espalier.pruning.onnx.OnnxWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OnnxModelTest {
    private static final float[] TWO_SAMPLES = {1, 2, 3, 4, 5, 6, 7, 8};

    @Test
    void putsAllOutputsOfASampleIntoOneRowInTheModelsOrder() {
        Graph graph = mapAndSum();
        try (OnnxModel model = OnnxModel.load(OnnxWriter.write(graph), 1)) {
            assertThat(model.outputSizes()).containsExactly(4, 1);
            assertThat(model.outputs()).isEqualTo(5);
            float[][] rows = model.run(TWO_SAMPLES, 2);
            assertThat(rows[0]).containsExactly(new float[] {2, 4, 6, 8, 10}, within(1e-5f));
            assertThat(rows[1]).containsExactly(new float[] {10, 12, 14, 16, 26}, within(1e-5f));
        }
    }

    /** Of any size, again and again and in turn. */
    @Test
    void writesTheSameBitsIntoMemoryThatStays() {
        Random random = new Random(5);
        try (OnnxModel model = OnnxModel.load(OnnxWriter.write(mapAndSum()), 1)) {
            for (int count : new int[] {3, 3, 7, 1, 3}) {
                assertSameBits(model, values(random, count * 4), count);
            }
        }
    }

    /** All samples of a batch are scaled by the largest of them, so that what fills it up could have a say. */
    @Test
    void fillsUpABatchOfFixedSizeTheSameWayWhateverCameBefore() {
        Random random = new Random(6);
        try (OnnxModel model = OnnxModel.load(OnnxWriter.write(scaledInBatchesOf(4)), 1)) {
            float magnitude = 1e6f;
            for (int count : new int[] {4, 1, 6, 3, 8, 7}) {
                float[] values = values(random, count * 2);
                for (int i = 0; i < values.length; i++) {
                    values[i] *= magnitude;
                }
                assertSameBits(model, values, count);
                magnitude /= 10; // What is left of an earlier call would be the largest.
            }
        }
    }

    @Test
    void aClassifierReadsTheFirstOutputAlone() {
        try (OnnxClassifier classifier = OnnxClassifier.load(OnnxWriter.write(mapAndSum()), 1)) {
            assertThat(classifier.outputs()).isEqualTo(4);
            assertThat(classifier.run(TWO_SAMPLES, 2)[1]).containsExactly(new float[] {10, 12, 14, 16}, within(1e-5f));
        }
    }

    @Test
    void refusesAnOutputThatIsNoFloat() {
        NetworkBuilder n = new NetworkBuilder("integers", new Random(1));
        Graph graph = n.build(n.op("Cast", List.of(n.gemm(n.input("input", 2), 1)), Map.of("to", Attribute.of(7))));
        Graph declared = graph.toBuilder()
                .outputs(List.of(new ValueInfo(
                        graph.outputs().get(0).name(),
                        ElementType.INT64,
                        graph.outputs().get(0).shape())))
                .build();
        assertThatThrownBy(() -> OnnxModel.load(OnnxWriter.write(declared), 1))
                .isInstanceOf(UnusableModelException.class)
                .hasMessageContaining("a float tensor is supported");
    }

    private static void assertSameBits(OnnxModel model, float[] values, int count) {
        float[] rows = new float[count * model.outputs()];
        model.run(values, count, rows);
        float[][] expected = model.run(values, count);
        for (int i = 0; i < count; i++) {
            assertThat(Arrays.copyOfRange(rows, i * model.outputs(), (i + 1) * model.outputs()))
                    .as("row %d of %d", i, count)
                    .isEqualTo(expected[i]);
        }
    }

    private static float[] values(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** Divides by the largest magnitude in the batch, of samples of two values. */
    private static Graph scaledInBatchesOf(int batch) {
        return new GraphBuilder("scaled", 13)
                .input("input", Shape.of(batch, 2))
                .node(node("Abs", List.of("input"), "magnitudes", Map.of()))
                .node(node("ReduceMax", List.of("magnitudes"), "largest", Map.of("keepdims", Attribute.of(0))))
                .node(node("Div", List.of("input", "largest"), "scaled", Map.of()))
                .output("scaled", Shape.of(batch, 2))
                .build();
    }

    private static Node node(String type, List<String> inputs, String output, Map<String, Attribute> attributes) {
        return new Node(output, type, "", inputs, List.of(output), attributes);
    }

    /** Doubles each of 2x2 values; and their sum. */
    private static Graph mapAndSum() {
        NetworkBuilder n = new NetworkBuilder("two", new Random(1));
        String x = n.input("input", 1, 2, 2);
        Graph graph = n.build(n.conv(x, 1, 1, 1, 0), n.gemm(n.flatten(x), 1));
        return graph.withInitializers(Map.of(
                "conv1_w", filled(graph, "conv1_w", 2),
                "conv1_b", filled(graph, "conv1_b", 0),
                "dense1_w", filled(graph, "dense1_w", 1),
                "dense1_b", filled(graph, "dense1_b", 0)));
    }

    private static Tensor filled(Graph graph, String name, float value) {
        Tensor tensor = graph.constant(name);
        float[] values = new float[tensor.elements()];
        Arrays.fill(values, value);
        return Tensor.ofFloats(values, tensor.shape());
    }
}
