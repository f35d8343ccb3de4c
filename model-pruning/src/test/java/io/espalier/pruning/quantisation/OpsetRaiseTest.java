package io.espalier.pruning.quantisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.pruning.graph.Attribute;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.GraphBuilder;
import io.espalier.pruning.graph.InvalidModelException;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.graph.Pruning;
import io.espalier.pruning.graph.Tensor;
import io.espalier.pruning.onnx.OnnxReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpsetRaiseTest {
    private final NetworkBuilder net = new NetworkBuilder("old", new Random(1));

    @ParameterizedTest
    @ValueSource(ints = {9, 11, 12})
    void saysTheSameInTheWordsOfOpset13(int opset) {
        String x = net.conv(net.input("x", 2, 8, 8), 5, 3, 1, 1);
        x = opset < 11
                ? net.op("Clip", List.of(x), Map.of("min", Attribute.of(0f)))
                : net.op("Clip", List.of(x, low()), Map.of());
        x = net.add(net.conv(x, 7, 3, 2, 1), pad(slice(x, opset), opset));
        x = net.op("Split", List.of(x), attributes("axis", Attribute.of(1), "split", Attribute.ints(7)));
        x = net.globalAveragePool(x);
        x = net.op("Squeeze", List.of(x), Map.of("axes", Attribute.ints(2, 3)));
        x = net.op("Unsqueeze", List.of(x), Map.of("axes", Attribute.ints(2)));
        x = net.gemm(net.flatten(x), 3);
        Graph old = atOpset(net.build(net.op("Softmax", List.of(x), Map.of())), opset);

        Graph raised = OpsetRaise.to13(old);

        assertThat(raised.opset()).isEqualTo(13);
        Pruning.assertSameOutputs(old, raised, opset);
        assertThat(OptimisedModel.operators(Quantiser.of(old).shaped(WeightRange.SEVEN_BITS)))
                .contains("QLinearConv", "QGemm")
                .doesNotContain("Conv", "Gemm");
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 17, 19, OnnxReader.NEWEST_OPSET})
    void leavesANewerOpsetAlone(int opset) {
        String x = net.relu(net.conv(net.input("x", 2, 8, 8), 4, 3, 1, 1));
        Graph graph = atOpset(net.build(net.gemm(net.flatten(x), 3)), opset);

        assertThat(OpsetRaise.to13(graph)).isSameAs(graph);
        assertThat(OptimisedModel.operators(Quantiser.of(graph).shaped(WeightRange.SEVEN_BITS)))
                .contains("QLinearConv", "QGemm")
                .doesNotContain("Conv", "Gemm");
    }

    @Test
    void refusesASoftmaxOverSeveralDimensions() {
        Graph graph = atOpset(net.build(net.op("Softmax", List.of(net.input("x", 3, 2, 2)), Map.of())), 11);

        assertThatThrownBy(() -> OpsetRaise.to13(graph))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("Softmax 'softmax1' means something else in opset 11")
                .hasMessageContaining("opset_version=13");
    }

    @Test
    void refusesAnOperatorItDoesNotKnow() {
        NetworkBuilder builder = new NetworkBuilder("celu", new Random(1));
        Graph graph = atOpset(builder.build(builder.op("Celu", List.of(builder.input("x", 1, 2, 2)), Map.of())), 12);

        assertThatThrownBy(() -> OpsetRaise.to13(graph)).hasMessageContaining("Celu 'celu1'");
    }

    private String low() {
        return net.constant("low", Tensor.ofFloats(new float[] {0}, new int[0]));
    }

    private String slice(String x, int opset) {
        if (opset < 10) {
            return net.op(
                    "Slice",
                    List.of(x),
                    attributes(
                            "starts",
                            Attribute.ints(4, 0),
                            "ends",
                            Attribute.ints(8, 4),
                            "axes",
                            Attribute.ints(2, 3)));
        }
        net.constant("starts", Tensor.vector(0, 0));
        net.constant("ends", Tensor.vector(8, 8));
        net.constant("axes", Tensor.vector(2, 3));
        net.constant("steps", Tensor.vector(2, 2));
        return net.op("Slice", List.of(x, "starts", "ends", "axes", "steps"), Map.of());
    }

    private String pad(String x, int opset) {
        if (opset < 11) {
            return net.op("Pad", List.of(x), Map.of("pads", Attribute.ints(0, 1, 0, 0, 0, 1, 0, 0)));
        }
        net.constant("pads", Tensor.vector(0, 1, 0, 0, 0, 1, 0, 0));
        return net.op("Pad", List.of(x, "pads"), Map.of());
    }

    private static Map<String, Attribute> attributes(Object... pairs) {
        Map<String, Attribute> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], (Attribute) pairs[i + 1]);
        }
        return map;
    }

    private static Graph atOpset(Graph graph, int opset) {
        GraphBuilder builder = new GraphBuilder(graph.name(), opset);
        graph.inputs().forEach(builder::input);
        graph.outputs().forEach(builder::output);
        graph.initializers().forEach(builder::initializer);
        return builder.nodes(graph.nodes()).build();
    }
}
