package io.espalier.pruning.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * Builds networks layer by layer with He-initialised weights; every method returns the name of the tensor it makes.
 *
 * <p>Names are {@code conv1}, {@code relu1}, ... in the order of the calls. The batch is symbolic.
 *
 * <p>Source of the initialisation: He et al. 2015, "Delving Deep into Rectifiers", section 2.2 (normal, variance
 * 2 / fan-in; biases 0).
 */
public final class NetworkBuilder {
    private static final int OPSET = 13;

    private final RandomGenerator random;
    private final GraphBuilder graph;
    private final Map<String, Shape> shapes = new LinkedHashMap<>();
    private final Map<String, Integer> counters = new LinkedHashMap<>();

    public NetworkBuilder(String name, RandomGenerator random) {
        this.random = random;
        this.graph = new GraphBuilder(name, OPSET);
    }

    /** An input of {@code [batch, dims...]}. */
    public String input(String name, int... dims) {
        int[] batched = new int[dims.length + 1];
        batched[0] = Shape.BATCH;
        System.arraycopy(dims, 0, batched, 1, dims.length);
        shapes.put(name, Shape.of(batched));
        graph.input(name, Shape.of(batched));
        return name;
    }

    /** A square convolution with bias; the same pad on all four sides. */
    public String conv(String x, int channels, int kernel, int stride, int pad) {
        return conv(x, channels, kernel, stride, pad, 1);
    }

    /** A square convolution with bias in groups; as many groups as channels make it depthwise. */
    public String conv(String x, int channels, int kernel, int stride, int pad, int group) {
        String name = next("conv");
        int perGroup = shape(x).dim(1) / group;
        weights(name + "_w", perGroup * kernel * kernel, channels, perGroup, kernel, kernel);
        graph.initializer(name + "_b", Tensor.ofFloats(new float[channels], channels));
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        attributes.put("kernel_shape", Attribute.ints(kernel, kernel));
        attributes.put("strides", Attribute.ints(stride, stride));
        attributes.put("pads", Attribute.ints(pad, pad, pad, pad));
        attributes.put("group", Attribute.of(group));
        return node(name, "Conv", List.of(x, name + "_w", name + "_b"), attributes);
    }

    /** A batch normalisation with scale near 1, shift and mean near 0, variance near 1. */
    public String batchNorm(String x) {
        String name = next("bn");
        int channels = shape(x).dim(1);
        around(name + "_scale", channels, 1);
        around(name + "_shift", channels, 0);
        around(name + "_mean", channels, 0);
        around(name + "_var", channels, 1);
        return node(
                name,
                "BatchNormalization",
                List.of(x, name + "_scale", name + "_shift", name + "_mean", name + "_var"),
                Map.of("epsilon", Attribute.of(1e-5f)));
    }

    /** A dense layer with bias over {@code [batch, features]}. */
    public String gemm(String x, int features) {
        String name = next("dense");
        int in = shape(x).dim(1);
        weights(name + "_w", in, features, in);
        graph.initializer(name + "_b", Tensor.ofFloats(new float[features], features));
        return node(name, "Gemm", List.of(x, name + "_w", name + "_b"), Map.of("transB", Attribute.of(1)));
    }

    public String relu(String x) {
        return op("Relu", List.of(x), Map.of());
    }

    /** A square maximum pool without padding. */
    public String maxPool(String x, int kernel) {
        return op(
                "MaxPool",
                List.of(x),
                ordered("kernel_shape", Attribute.ints(kernel, kernel), "strides", Attribute.ints(kernel, kernel)));
    }

    public String globalAveragePool(String x) {
        return op("GlobalAveragePool", List.of(x), Map.of());
    }

    public String flatten(String x) {
        return op("Flatten", List.of(x), Map.of("axis", Attribute.of(1)));
    }

    public String softmax(String x) {
        return op("Softmax", List.of(x), Map.of("axis", Attribute.of(-1)));
    }

    public String add(String a, String b) {
        return op("Add", List.of(a, b), Map.of());
    }

    /** Joins along the channels. */
    public String concat(String... parts) {
        return op("Concat", List.of(parts), Map.of("axis", Attribute.of(1)));
    }

    /** Any other operator with one output; constants are added with {@link #constant}. */
    public String op(String type, List<String> inputs, Map<String, Attribute> attributes) {
        return node(next(type.toLowerCase(Locale.ROOT)), type, inputs, attributes);
    }

    /** Any other operator with several outputs. */
    public List<String> op(String type, List<String> inputs, int outputs, Map<String, Attribute> attributes) {
        String name = next(type.toLowerCase(Locale.ROOT));
        List<String> names = new ArrayList<>();
        for (int i = 0; i < outputs; i++) {
            names.add(name + "_" + i);
        }
        add(new Node(name, type, "", inputs, names, attributes));
        return names;
    }

    public String constant(String name, Tensor value) {
        graph.initializer(name, value);
        shapes.put(name, value.shape());
        return name;
    }

    /** The shape of a tensor made so far. */
    public Shape shape(String tensor) {
        return Objects.requireNonNull(shapes.get(tensor), tensor);
    }

    /** The finished graph with these outputs. */
    public Graph build(String... outputs) {
        for (String output : outputs) {
            graph.output(output, shape(output));
        }
        return graph.build();
    }

    private String node(String name, String type, List<String> inputs, Map<String, Attribute> attributes) {
        add(Node.of(name, type, inputs, name, attributes));
        return name;
    }

    private void add(Node node) {
        graph.node(node);
        Graph soFar = graph.build();
        Map<String, Shape> known = new LinkedHashMap<>(shapes);
        soFar.initializers().forEach((tensor, value) -> known.put(tensor, value.shape()));
        List<Shape> outputs = ShapeRules.outputs(soFar, node, known)
                .orElseThrow(() -> new InvalidModelException("Unknown operator " + node.label()));
        for (int i = 0; i < outputs.size(); i++) {
            shapes.put(node.outputs().get(i), outputs.get(i));
        }
    }

    private String next(String prefix) {
        return prefix + counters.merge(prefix, 1, Integer::sum);
    }

    private void weights(String name, int fanIn, int... dims) {
        float[] values = new float[Arrays.stream(dims).reduce(1, Math::multiplyExact)];
        double deviation = Math.sqrt(2.0 / fanIn);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() * deviation);
        }
        graph.initializer(name, Tensor.ofFloats(values, dims));
    }

    private void around(String name, int channels, float centre) {
        float[] values = new float[channels];
        for (int i = 0; i < channels; i++) {
            values[i] = centre + 0.1f * (float) random.nextDouble(-1, 1);
        }
        graph.initializer(name, Tensor.ofFloats(values, channels));
    }

    private static Map<String, Attribute> ordered(String k1, Attribute v1, String k2, Attribute v2) {
        Map<String, Attribute> map = new LinkedHashMap<>();
        map.put(k1, v1);
        map.put(k2, v2);
        return map;
    }
}
