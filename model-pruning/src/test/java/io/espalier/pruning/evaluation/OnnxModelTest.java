package io.espalier.pruning.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.pruning.graph.Attribute;
import io.espalier.pruning.graph.ElementType;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
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
