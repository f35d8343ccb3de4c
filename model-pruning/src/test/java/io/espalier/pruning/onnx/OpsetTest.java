package io.espalier.pruning.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.graph.Attribute;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.GraphBuilder;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.graph.Pruning;
import io.espalier.pruning.graph.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One network in the words of every supported opset: operands move from attributes to inputs on the way. */
class OpsetTest {
    static int[] opsets() {
        return IntStream.rangeClosed(OnnxReader.OLDEST_OPSET, OnnxReader.NEWEST_OPSET)
                .toArray();
    }

    @ParameterizedTest(name = "opset {0}")
    @MethodSource("opsets")
    void readsAndPrunes(int opset) {
        Graph graph = network(opset);

        Graph read = OnnxReader.read(OnnxWriter.write(graph));

        assertThat(read.opset()).isEqualTo(opset);
        Pruning.assertSameOutputs(graph, read, opset);
        Pruning.assertCutEqualsMask(read, opset);
    }

    private static Graph network(int opset) {
        NetworkBuilder net = new NetworkBuilder("opset-" + opset, new Random(opset));
        String x = net.batchNorm(net.conv(net.input("x", 2, 8, 8), 5, 3, 1, 1));
        x = clip(net, x, opset);
        String shortcut = pad(net, slice(net, x, opset), opset);
        x = net.add(net.conv(x, 7, 3, 2, 1), shortcut);
        x = net.op("Dropout", List.of(x), Map.of());
        x = net.op("ReduceMean", operand(net, x, opset >= 18, 2, 3), axesAndKeep(opset < 18));
        x = net.softmax(net.gemm(x, 3));
        return atOpset(net.build(x), opset);
    }

    private static String clip(NetworkBuilder net, String x, int opset) {
        if (opset < 11) {
            return net.op("Clip", List.of(x), Map.of("min", Attribute.of(0f)));
        }
        net.constant("low", Tensor.ofFloats(new float[] {0}));
        return net.op("Clip", List.of(x, "low"), Map.of());
    }

    private static String slice(NetworkBuilder net, String x, int opset) {
        if (opset < 10) {
            // Slice-1 has no steps: take a quarter instead.
            Map<String, Attribute> attributes = new LinkedHashMap<>();
            attributes.put("starts", Attribute.ints(0, 0, 0));
            attributes.put("ends", Attribute.ints(5, 4, 4));
            attributes.put("axes", Attribute.ints(1, 2, 3));
            return net.op("Slice", List.of(x), attributes);
        }
        net.constant("starts", Tensor.vector(0, 0));
        net.constant("ends", Tensor.vector(Long.MAX_VALUE, 8));
        net.constant("axes", Tensor.vector(-2, -1));
        net.constant("steps", Tensor.vector(2, 2));
        return net.op("Slice", List.of(x, "starts", "ends", "axes", "steps"), Map.of());
    }

    private static String pad(NetworkBuilder net, String x, int opset) {
        if (opset < 11) {
            return net.op("Pad", List.of(x), Map.of("pads", Attribute.ints(0, 1, 0, 0, 0, 1, 0, 0)));
        }
        if (opset < 18) {
            net.constant("pads", Tensor.vector(0, 1, 0, 0, 0, 1, 0, 0));
            return net.op("Pad", List.of(x, "pads"), Map.of());
        }
        net.constant("pads", Tensor.vector(1, 1));
        net.constant("zero", Tensor.ofFloats(new float[] {0}));
        net.constant("pad_axes", Tensor.vector(1));
        return net.op("Pad", List.of(x, "pads", "zero", "pad_axes"), Map.of());
    }

    private static List<String> operand(NetworkBuilder net, String x, boolean asInput, long... axes) {
        return asInput ? List.of(x, net.constant("mean_axes", Tensor.vector(axes))) : List.of(x);
    }

    private static Map<String, Attribute> axesAndKeep(boolean asAttribute) {
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        attributes.put("keepdims", Attribute.of(0L));
        if (asAttribute) {
            attributes.put("axes", Attribute.ints(2, 3));
        }
        return attributes;
    }

    private static Graph atOpset(Graph graph, int opset) {
        GraphBuilder builder = new GraphBuilder(graph.name(), opset);
        graph.inputs().forEach(builder::input);
        graph.outputs().forEach(builder::output);
        graph.initializers().forEach(builder::initializer);
        return builder.nodes(graph.nodes()).build();
    }
}
