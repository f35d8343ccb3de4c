package io.espalier.pruning.training;

import io.espalier.pruning.graph.Attribute;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.GraphBuilder;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.graph.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.BiFunction;

/** Small classifiers of 8x8x2 images in 4 classes, one for each way to put a network together. */
final class TopologyZoo {
    private TopologyZoo() {}

    static Graph graph(String name) {
        return Objects.requireNonNull(graphs().get(name), name);
    }

    static Map<String, Graph> graphs() {
        Map<String, Graph> zoo = new LinkedHashMap<>();
        zoo.put("plain", net((n, x) -> n.maxPool(n.relu(n.conv(x, 4, 3, 1, 0)), 2)));
        zoo.put("padded and strided", net((n, x) -> n.relu(n.conv(x, 5, 3, 2, 1))));
        zoo.put("asymmetric pads as in SAME", net((n, x) -> n.relu(convPads(n, x, 2, 0, 0, 1, 1))));
        zoo.put("other asymmetric pads", net((n, x) -> n.relu(convPads(n, x, 1, 2, 0, 1, 1))));
        zoo.put("batch norm", net((n, x) -> n.relu(n.batchNorm(n.conv(x, 4, 3, 1, 1)))));
        zoo.put("residual", net((n, x) -> {
            String a = n.relu(n.conv(x, 4, 3, 1, 1));
            return n.relu(n.add(a, n.conv(n.relu(n.conv(a, 4, 3, 1, 1)), 4, 3, 1, 1)));
        }));
        zoo.put("strided 1x1 shortcut", net((n, x) -> {
            String a = n.relu(n.conv(x, 4, 3, 1, 1));
            return n.relu(n.add(n.conv(a, 6, 1, 2, 0), n.conv(a, 6, 3, 2, 1)));
        }));
        zoo.put("slice and pad shortcut", net((n, x) -> {
            String a = n.relu(n.conv(x, 4, 3, 1, 1));
            return n.relu(n.add(sliceAndPad(n, a), n.conv(a, 8, 3, 2, 1)));
        }));
        zoo.put("some channels, one of them twice", net((n, x) -> gather(n, n.conv(x, 4, 3, 1, 1), 3, 0, -1, 1)));
        zoo.put("concat", net((n, x) -> {
            String a = n.relu(n.conv(x, 4, 3, 1, 1));
            return n.concat(n.relu(n.conv(a, 3, 3, 1, 1)), n.relu(n.conv(a, 2, 1, 1, 0)));
        }));
        zoo.put("depthwise", net((n, x) -> {
            String a = n.relu(n.conv(x, 4, 3, 1, 1));
            return n.relu(n.conv(n.relu(n.conv(a, 4, 3, 2, 1, 4)), 6, 1, 1, 0));
        }));
        zoo.put("grouped", net((n, x) -> n.relu(n.conv(n.relu(n.conv(x, 4, 3, 1, 1)), 6, 3, 1, 1, 2))));
        zoo.put("average pool", net((n, x) -> pool(n, n.conv(x, 4, 3, 1, 1), "AveragePool")));
        zoo.put("padded max pool", net((n, x) -> pool(n, n.conv(x, 4, 3, 1, 1), "MaxPool")));
        for (String type : List.of("Sigmoid", "Tanh", "LeakyRelu", "Elu", "Softplus")) {
            zoo.put(type, net((n, x) -> n.op(type, List.of(n.conv(x, 4, 3, 1, 1)), Map.of())));
        }
        zoo.put("HardSwish", ofOpset(14, net((n, x) -> n.op("HardSwish", List.of(n.conv(x, 4, 3, 1, 1)), Map.of()))));
        zoo.put("relu 6", net((n, x) -> {
            String low = n.constant("low", Tensor.ofFloats(new float[] {0}, new int[0]));
            String high = n.constant("high", Tensor.ofFloats(new float[] {6}, new int[0]));
            return n.op("Clip", List.of(n.conv(x, 4, 3, 1, 1), low, high), Map.of());
        }));
        zoo.put("convolution as classifier", convolutional());
        zoo.put("some pixels", ofSomePixels());
        return zoo;
    }

    /** Any body, then a global pool, two dense layers and a softmax. */
    private static Graph net(BiFunction<NetworkBuilder, String, String> body) {
        NetworkBuilder n = new NetworkBuilder("toy", new Random(5));
        String x = body.apply(n, n.input("input", 2, 8, 8));
        x = n.relu(n.gemm(n.flatten(n.maxPool(x, 2)), 8));
        return n.build(n.softmax(n.gemm(x, 4)));
    }

    private static Graph convolutional() {
        NetworkBuilder n = new NetworkBuilder("toy", new Random(5));
        String x = n.relu(n.conv(n.input("input", 2, 8, 8), 4, 3, 1, 1));
        return n.build(n.flatten(n.globalAveragePool(n.conv(x, 4, 1, 1, 0))));
    }

    private static Graph ofSomePixels() {
        NetworkBuilder n = new NetworkBuilder("toy", new Random(5));
        String x = gather(n, n.flatten(n.input("input", 2, 8, 8)), 5, 127, 64, 70, 30);
        return n.build(n.softmax(n.gemm(n.relu(n.gemm(x, 6)), 4)));
    }

    private static Graph ofOpset(int opset, Graph graph) {
        GraphBuilder builder = new GraphBuilder(graph.name(), opset);
        graph.inputs().forEach(builder::input);
        graph.outputs().forEach(builder::output);
        graph.initializers().forEach(builder::initializer);
        return builder.nodes(graph.nodes()).build();
    }

    private static String convPads(NetworkBuilder n, String x, int stride, int... pads) {
        n.constant("w" + stride, Tensor.ofFloats(weights(4 * 2 * 9), 4, 2, 3, 3));
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        attributes.put("kernel_shape", Attribute.ints(3, 3));
        attributes.put("strides", Attribute.ints(stride, stride));
        attributes.put("pads", Attribute.ints(pads));
        return n.op("Conv", List.of(x, "w" + stride), attributes);
    }

    private static String gather(NetworkBuilder net, String x, long... positions) {
        String indices = net.constant("positions", Tensor.vector(positions));
        return net.op("Gather", List.of(x, indices), Map.of("axis", Attribute.of(1)));
    }

    private static String sliceAndPad(NetworkBuilder n, String x) {
        n.constant("starts", Tensor.vector(0, 0));
        n.constant("ends", Tensor.vector(Integer.MAX_VALUE, Integer.MAX_VALUE));
        n.constant("axes", Tensor.vector(2, 3));
        n.constant("steps", Tensor.vector(2, 2));
        String sliced = n.op("Slice", List.of(x, "starts", "ends", "axes", "steps"), Map.of());
        n.constant("pads", Tensor.vector(0, 2, 0, 0, 0, 2, 0, 0));
        return n.op("Pad", List.of(sliced, "pads"), Map.of("mode", Attribute.of("constant")));
    }

    private static String pool(NetworkBuilder n, String x, String type) {
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        attributes.put("kernel_shape", Attribute.ints(3, 3));
        attributes.put("strides", Attribute.ints(2, 2));
        attributes.put("pads", Attribute.ints(1, 1, 1, 1));
        return n.op(type, List.of(x), attributes);
    }

    private static float[] weights(int count) {
        Random random = new Random(9);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (0.3 * random.nextGaussian());
        }
        return values;
    }
}
