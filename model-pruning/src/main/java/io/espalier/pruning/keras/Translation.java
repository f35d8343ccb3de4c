package io.espalier.pruning.keras;

import io.espalier.pruning.graph.Attribute;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.GraphBuilder;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Shape;
import io.espalier.pruning.graph.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Writes a Keras network as a graph with channels first. Layers keep their names.
 *
 * <p>Kernels turn from {@code [height, width, in, out]} to {@code [out, in, height, width]}. Padding "same" puts the odd zero at the
 * bottom and at the right, which ONNX can only say in numbers. A Flatten in Keras walks through rows, columns, channels; here it
 * walks through channels first, and the rows of the next Dense kernel are sorted to match.
 */
final class Translation {
    private static final int OPSET = 13;
    private static final long LARGEST_ACTIVATION = 1L << 27;
    private static final double KERAS_BATCH_NORM_EPSILON = 1e-3;

    private final KerasNetwork network;
    private final Map<String, Map<String, Tensor>> weights;
    private final GraphBuilder graph;
    private final Map<String, Value> values = new LinkedHashMap<>();
    private final Map<String, Value> plain = new LinkedHashMap<>();
    private final Set<String> constants = new HashSet<>();

    /**
     * A translated network.
     *
     * @param layers what each layer makes, to compare with
     */
    record Translated(Graph graph, Map<String, Value> layers) {}

    private Translation(KerasNetwork network, Map<String, Map<String, Tensor>> weights) {
        this.network = network;
        this.weights = weights;
        this.graph = new GraphBuilder(network.name(), OPSET);
    }

    /** @param weights of each layer by their plain names */
    static Translated of(KerasNetwork network, Map<String, Map<String, Tensor>> weights) {
        return new Translation(network, weights).translate();
    }

    private Translated translate() {
        for (KerasLayer layer : network.layers()) {
            Value made = layer.is("InputLayer") ? input(layer) : layer(layer);
            if (made.elements() > LARGEST_ACTIVATION) {
                throw layer.wrong("makes " + Arrays.toString(made.dims()) + " values, more than can be held");
            }
            values.put(layer.name(), made);
        }
        KerasLayer last = network.layers().stream()
                .filter(each -> each.name().equals(network.output()))
                .findFirst()
                .orElseThrow();
        Value answer = plain(last, Objects.requireNonNull(values.get(network.output())));
        if (answer.isImage()) {
            throw last.wrong(
                    "makes " + Arrays.toString(answer.dims()) + " for a sample; a classifier's answer is one row");
        }
        graph.output(answer.tensor(), batched(answer.dims()));
        return new Translated(graph.build(), values);
    }

    private Value input(KerasLayer layer) {
        int[] dims = network.inputDims().stream().mapToInt(Integer::intValue).toArray();
        graph.input(layer.name(), batched(dims));
        return Value.of(layer.name(), dims);
    }

    private Value layer(KerasLayer layer) {
        return switch (layer.type()) {
            case "Conv2D" -> convolution(layer);
            case "DepthwiseConv2D" -> depthwise(layer);
            case "SeparableConv2D" -> separable(layer);
            case "Dense" -> dense(layer);
            case "BatchNormalization" -> batchNorm(layer);
            case "Activation" -> activated(layer, first(layer), layer.text("activation", "linear"), layer.name());
            case "ReLU" -> relu(layer);
            case "LeakyReLU" -> kept(layer, "LeakyRelu", Map.of("alpha", Attribute.of((float) Layers.leak(layer))));
            case "Softmax" -> softmax(layer, first(layer), (int) layer.number("axis", -1), layer.name());
            case "Add" -> join(layer, "Add");
            case "Multiply" -> join(layer, "Mul");
            case "Concatenate" -> concatenate(layer);
            case "Flatten" -> flatten(layer);
            case "Reshape" -> reshape(layer);
            case "ZeroPadding2D" -> zeroPadding(layer);
            case "MaxPooling2D" -> pool(layer, "MaxPool");
            case "AveragePooling2D" -> pool(layer, "AveragePool");
            case "GlobalAveragePooling2D" -> globalPool(layer, "GlobalAveragePool");
            case "GlobalMaxPooling2D" -> globalPool(layer, "GlobalMaxPool");
            default -> first(layer);
        };
    }

    private Value convolution(KerasLayer layer) {
        Value in = image(layer, first(layer));
        int groups = layer.count("groups", 1);
        int[] kernel = layer.pair("kernel_size", new int[] {1, 1});
        int filters = layer.count("filters", 1);
        if (in.channels() % groups != 0) {
            throw layer.wrong("has " + groups + " groups, which do not divide " + in.channels() + " channels");
        }
        Tensor weight = weight(layer, "kernel", kernel[0], kernel[1], in.channels() / groups, filters);
        Slide slide = Slide.of(layer, in, kernel);
        constant(layer.name() + "_kernel", Kernels.outInHeightWidth(weight));
        String tensor =
                convolve(layer, layer.name(), in, slide, layer.name() + "_kernel", groups, bias(layer, filters));
        Value made = Value.of(tensor, slide.rows(), slide.columns(), filters);
        return activated(layer, made, layer.text("activation", "linear"), layer.name() + "_activation");
    }

    private Value depthwise(KerasLayer layer) {
        Value in = image(layer, first(layer));
        int[] kernel = layer.pair("kernel_size", new int[] {1, 1});
        int multiplier = layer.count("depth_multiplier", 1);
        Slide slide = Slide.of(layer, in, kernel);
        Tensor weight = weight(layer, "depthwise_kernel", kernel[0], kernel[1], in.channels(), multiplier);
        constant(layer.name() + "_kernel", Kernels.depthwise(weight));
        int channels = in.channels() * multiplier;
        String tensor = convolve(
                layer, layer.name(), in, slide, layer.name() + "_kernel", in.channels(), bias(layer, channels));
        Value made = Value.of(tensor, slide.rows(), slide.columns(), channels);
        return activated(layer, made, layer.text("activation", "linear"), layer.name() + "_activation");
    }

    private Value separable(KerasLayer layer) {
        Value in = image(layer, first(layer));
        int[] kernel = layer.pair("kernel_size", new int[] {1, 1});
        int multiplier = layer.count("depth_multiplier", 1);
        int filters = layer.count("filters", 1);
        int between = in.channels() * multiplier;
        Slide slide = Slide.of(layer, in, kernel);
        constant(
                layer.name() + "_depthwise_kernel",
                Kernels.depthwise(weight(layer, "depthwise_kernel", kernel[0], kernel[1], in.channels(), multiplier)));
        String apart = convolve(
                layer, layer.name() + "_depthwise", in, slide, layer.name() + "_depthwise_kernel", in.channels(), "");
        constant(
                layer.name() + "_pointwise_kernel",
                Kernels.outInHeightWidth(weight(layer, "pointwise_kernel", 1, 1, between, filters)));
        Value middle = Value.of(apart, slide.rows(), slide.columns(), between);
        String tensor = convolve(
                layer,
                layer.name(),
                middle,
                Slide.still(middle),
                layer.name() + "_pointwise_kernel",
                1,
                bias(layer, filters));
        Value made = Value.of(tensor, slide.rows(), slide.columns(), filters);
        return activated(layer, made, layer.text("activation", "linear"), layer.name() + "_activation");
    }

    private String convolve(
            KerasLayer layer, String name, Value in, Slide slide, String kernel, int groups, String bias) {
        Map<String, Attribute> attributes = slide.attributes();
        attributes.put("group", Attribute.of(groups));
        List<String> inputs = new ArrayList<>(List.of(in.tensor(), kernel));
        if (!bias.isEmpty()) {
            inputs.add(bias);
        }
        return node(name, "Conv", inputs, attributes);
    }

    private Value dense(KerasLayer layer) {
        Value in = first(layer);
        if (in.isImage()) {
            throw layer.wrong("reads an image; put a Flatten or a global pooling before it");
        }
        int units = layer.count("units", 1);
        Tensor weight = weight(layer, "kernel", in.channels(), units);
        constant(layer.name() + "_kernel", Kernels.outIn(weight, in.flattened()));
        List<String> inputs = new ArrayList<>(List.of(in.tensor(), layer.name() + "_kernel"));
        String bias = bias(layer, units);
        if (!bias.isEmpty()) {
            inputs.add(bias);
        }
        String tensor = node(layer.name(), "Gemm", inputs, Map.of("transB", Attribute.of(1)));
        return activated(
                layer, Value.of(tensor, units), layer.text("activation", "linear"), layer.name() + "_activation");
    }

    private Value batchNorm(KerasLayer layer) {
        Value in = plain(layer, first(layer));
        int axis = layer.config().path("axis").isArray()
                ? layer.config().path("axis").path(0).asInt(-1)
                : (int) layer.number("axis", -1);
        if (Layers.sampleAxis(layer, axis, in.dims().length) != in.dims().length - 1) {
            throw layer.wrong("normalises along axis " + axis + "; the channels, which come last, are supported");
        }
        int channels = in.channels();
        float[] ones = new float[channels];
        Arrays.fill(ones, 1);
        String name = layer.name();
        constant(name + "_gamma", layer.flag("scale", true) ? weight(layer, "gamma", channels) : vector(ones));
        constant(
                name + "_beta",
                layer.flag("center", true) ? weight(layer, "beta", channels) : vector(new float[channels]));
        constant(name + "_mean", weight(layer, "moving_mean", channels));
        constant(name + "_variance", weight(layer, "moving_variance", channels));
        return in.named(node(
                name,
                "BatchNormalization",
                List.of(in.tensor(), name + "_gamma", name + "_beta", name + "_mean", name + "_variance"),
                Map.of("epsilon", Attribute.of((float) layer.number("epsilon", KERAS_BATCH_NORM_EPSILON)))));
    }

    private Value relu(KerasLayer layer) {
        Layers.requireSimple(layer);
        double slope = layer.number("negative_slope", 0);
        if (slope != 0) {
            return kept(layer, "LeakyRelu", Map.of("alpha", Attribute.of((float) slope)));
        }
        double ceiling = Layers.ceiling(layer);
        return Double.isInfinite(ceiling)
                ? kept(layer, "Relu", Map.of())
                : clip(first(layer), layer.name(), (float) ceiling);
    }

    /** An operator that changes each value by itself: what is put off stays put off where zero stays zero. */
    private Value kept(KerasLayer layer, String op, Map<String, Attribute> attributes) {
        Value in = first(layer);
        return in.named(node(layer.name(), op, List.of(in.tensor()), attributes));
    }

    private Value clip(Value in, String name, float most) {
        constant(name + "_min", Tensor.ofFloats(new float[] {0}));
        constant(name + "_max", Tensor.ofFloats(new float[] {most}));
        return in.named(node(name, "Clip", List.of(in.tensor(), name + "_min", name + "_max"), Map.of()));
    }

    private Value activated(KerasLayer layer, Value given, String activation, String name) {
        return switch (activation) {
            case "linear" -> given;
            case "relu" -> simple(given, name, "Relu");
            case "relu6" -> clip(given, name, 6);
            case "tanh" -> simple(given, name, "Tanh");
            case "elu" -> simple(given, name, "Elu");
            case "selu" -> simple(given, name, "Selu");
            case "softsign" -> simple(given, name, "Softsign");
            case "sigmoid" -> simple(plain(layer, given), name, "Sigmoid");
            case "softplus" -> simple(plain(layer, given), name, "Softplus");
            case "hard_sigmoid" -> simple(plain(layer, given), name, "HardSigmoid");
            case "swish", "silu" -> {
                Value in = plain(layer, given);
                String gate = node(name + "_gate", "Sigmoid", List.of(in.tensor()), Map.of());
                yield in.named(node(name, "Mul", List.of(in.tensor(), gate), Map.of()));
            }
            case "softmax" -> softmax(layer, given, -1, name);
            default ->
                throw layer.wrong("has the activation " + activation + ", which is not known; known are linear, relu,"
                        + " relu6, tanh, sigmoid, hard_sigmoid, swish, elu, selu, softplus, softsign, softmax");
        };
    }

    private Value simple(Value in, String name, String op) {
        return in.named(node(name, op, List.of(in.tensor()), Map.of()));
    }

    private Value softmax(KerasLayer layer, Value given, int axis, String name) {
        Value in = plain(layer, given);
        int sampleAxis = Layers.sampleAxis(layer, axis, in.dims().length);
        return in.named(
                node(name, "Softmax", List.of(in.tensor()), Map.of("axis", Attribute.of(graphAxis(in, sampleAxis)))));
    }

    private Value join(KerasLayer layer, String op) {
        Value result = plain(layer, input(layer, 0));
        requireSeveral(layer);
        for (int i = 1; i < layer.inputs().size(); i++) {
            Value next = plain(layer, input(layer, i));
            int[] dims = broadcast(layer, result.dims(), next.dims());
            String name = i == layer.inputs().size() - 1 ? layer.name() : layer.name() + "_" + i;
            result = Value.of(node(name, op, List.of(result.tensor(), next.tensor()), Map.of()), dims);
        }
        return result;
    }

    private static void requireSeveral(KerasLayer layer) {
        if (layer.inputs().size() < 2) {
            throw layer.wrong("joins " + layer.inputs().size() + " input; two or more are needed");
        }
    }

    private static int[] broadcast(KerasLayer layer, int[] a, int[] b) {
        if (a.length != b.length) {
            throw layer.wrong("joins " + Arrays.toString(a) + " and " + Arrays.toString(b)
                    + ", which are not equally many axes; reshape one of them");
        }
        int[] dims = new int[a.length];
        for (int i = 0; i < dims.length; i++) {
            if (a[i] != b[i] && a[i] != 1 && b[i] != 1) {
                throw layer.wrong("joins " + Arrays.toString(a) + " and " + Arrays.toString(b) + ", which do not fit");
            }
            dims[i] = Math.max(a[i], b[i]);
        }
        return dims;
    }

    private Value concatenate(KerasLayer layer) {
        requireSeveral(layer);
        List<Value> parts = new ArrayList<>();
        for (int i = 0; i < layer.inputs().size(); i++) {
            parts.add(plain(layer, input(layer, i)));
        }
        int[] dims = parts.get(0).dims().clone();
        int axis = Layers.sampleAxis(layer, (int) layer.number("axis", -1), dims.length);
        for (Value part : parts.subList(1, parts.size())) {
            int[] other = part.dims().clone();
            int joined = dims[axis] + (other.length == dims.length ? other[axis] : 0);
            dims[axis] = other.length == dims.length ? other[axis] : -1;
            if (!Arrays.equals(dims, other)) {
                throw layer.wrong("joins parts of different sizes");
            }
            dims[axis] = joined;
        }
        String tensor = node(
                layer.name(),
                "Concat",
                parts.stream().map(Value::tensor).toList(),
                Map.of("axis", Attribute.of(graphAxis(parts.get(0), axis))));
        return Value.of(tensor, dims);
    }

    private Value flatten(KerasLayer layer) {
        Layers.requireChannelsLast(layer);
        Value in = first(layer);
        if (!in.isImage()) {
            return in;
        }
        Value image = image(layer, plain(layer, in));
        String tensor = node(layer.name(), "Flatten", List.of(image.tensor()), Map.of("axis", Attribute.of(1)));
        int[] from = image.dims();
        boolean sorted = from[0] * from[1] == 1 || from[2] == 1;
        return new Value(tensor, new int[] {image.elements()}, null, sorted ? null : from);
    }

    private Value reshape(KerasLayer layer) {
        Value in = plain(layer, first(layer));
        int[] dims = targetDims(layer, in.elements());
        if (Arrays.equals(dims, in.dims())) {
            return in;
        }
        String vector = in.isImage() ? channelsLastVector(layer, in) : in.tensor();
        if (dims.length == 1) {
            return Value.of(vector, dims);
        }
        return Value.of(image(layer.name(), vector, dims), dims);
    }

    /** An image, channels first, of a vector that lists its values channels last. */
    private String image(String name, String vector, int[] dims) {
        boolean sorted = dims[0] * dims[1] == 1;
        if (sorted) {
            return reshaped(name, vector, -1, dims[2], 1, 1);
        }
        String last = reshaped(name + "_channels_last", vector, -1, dims[0], dims[1], dims[2]);
        return node(name, "Transpose", List.of(last), Map.of("perm", Attribute.ints(0, 3, 1, 2)));
    }

    private String channelsLastVector(KerasLayer layer, Value image) {
        String last = node(
                layer.name() + "_transpose",
                "Transpose",
                List.of(image.tensor()),
                Map.of("perm", Attribute.ints(0, 2, 3, 1)));
        return node(layer.name() + "_vector", "Flatten", List.of(last), Map.of("axis", Attribute.of(1)));
    }

    private String reshaped(String name, String tensor, long... dims) {
        constant(name + "_shape", Tensor.vector(dims));
        return node(name, "Reshape", List.of(tensor, name + "_shape"), Map.of());
    }

    private static int[] targetDims(KerasLayer layer, int elements) {
        var given = layer.config().path("target_shape");
        int[] dims = new int[given.size()];
        int open = -1;
        long known = 1;
        for (int i = 0; i < dims.length; i++) {
            dims[i] = given.get(i).asInt();
            if (dims[i] == -1 && open < 0) {
                open = i;
            } else if (dims[i] < 1) {
                throw layer.wrong("has the target shape " + given + ", which cannot be");
            } else {
                known *= dims[i];
            }
        }
        if (open >= 0 && known <= elements) {
            dims[open] = (int) (elements / known);
            known *= dims[open];
        }
        if (known != elements || (dims.length != 1 && dims.length != 3)) {
            throw layer.wrong("turns " + elements + " values into " + given
                    + "; vectors and images (height, width, channels) of as many values can be made");
        }
        return dims;
    }

    private Value zeroPadding(KerasLayer layer) {
        Layers.requireChannelsLast(layer);
        Value in = image(layer, plain(layer, first(layer)));
        int[] pads = layer.padding("padding");
        int[] dims = {in.dims()[0] + pads[0] + pads[1], in.dims()[1] + pads[2] + pads[3], in.dims()[2]};
        return new Value(in.tensor(), dims, pads, null);
    }

    private Value pool(KerasLayer layer, String op) {
        Value in = image(layer, plain(layer, first(layer)));
        int[] size = layer.pair("pool_size", new int[] {2, 2});
        Slide slide = Slide.ofPool(layer, in, size);
        Map<String, Attribute> attributes = slide.attributes();
        attributes.remove("dilations");
        String tensor = node(layer.name(), op, List.of(in.tensor()), attributes);
        return Value.of(tensor, slide.rows(), slide.columns(), in.channels());
    }

    private Value globalPool(KerasLayer layer, String op) {
        Layers.requireChannelsLast(layer);
        Value in = image(layer, plain(layer, first(layer)));
        if (layer.flag("keepdims", false)) {
            return Value.of(node(layer.name(), op, List.of(in.tensor()), Map.of()), 1, 1, in.channels());
        }
        String pooled = node(layer.name() + "_pool", op, List.of(in.tensor()), Map.of());
        return Value.of(node(layer.name(), "Flatten", List.of(pooled), Map.of("axis", Attribute.of(1))), in.channels());
    }

    /** The value with nothing put off. */
    private Value plain(KerasLayer layer, Value value) {
        if (value.isPlain()) {
            return value;
        }
        Value known = plain.get(value.tensor() + Arrays.toString(value.pads()));
        if (known != null) {
            return known;
        }
        Value made = value.pads() != null ? padded(value, value.pads()) : sorted(layer, value);
        plain.put(value.tensor() + Arrays.toString(value.pads()), made);
        return made;
    }

    private Value padded(Value value, int[] pads) {
        String name = value.tensor() + "_padded" + plain.size();
        constant(name + "_pads", Tensor.vector(0, 0, pads[0], pads[2], 0, 0, pads[1], pads[3]));
        return Value.of(node(name, "Pad", List.of(value.tensor(), name + "_pads"), Map.of()), value.dims());
    }

    /** A flattened image in Keras' order. */
    private Value sorted(KerasLayer layer, Value value) {
        int[] from = Objects.requireNonNull(value.flattened(), layer.name());
        String name = value.tensor() + "_sorted";
        String first = reshaped(name + "_image", value.tensor(), -1, from[2], from[0], from[1]);
        String last =
                node(name + "_transpose", "Transpose", List.of(first), Map.of("perm", Attribute.ints(0, 2, 3, 1)));
        return Value.of(node(name, "Flatten", List.of(last), Map.of("axis", Attribute.of(1))), value.dims());
    }

    private Value first(KerasLayer layer) {
        if (layer.inputs().size() != 1) {
            throw layer.wrong("reads " + layer.inputs().size() + " layers; it needs exactly one");
        }
        return input(layer, 0);
    }

    private Value input(KerasLayer layer, int index) {
        return Objects.requireNonNull(values.get(layer.inputs().get(index)), layer.name());
    }

    private static Value image(KerasLayer layer, Value value) {
        if (!value.isImage()) {
            throw layer.wrong("reads " + Arrays.toString(value.dims()) + ", which is no image");
        }
        return value;
    }

    private Tensor weight(KerasLayer layer, String name, int... dims) {
        Tensor weight = weights.getOrDefault(layer.name(), Map.of()).get(name);
        if (weight == null) {
            throw layer.wrong("has no weight " + name + " in the file");
        }
        if (!weight.shape().equals(Shape.of(dims))) {
            throw layer.wrong(
                    "has a weight " + name + " of " + weight.shape() + " where " + Shape.of(dims) + " is needed");
        }
        return weight;
    }

    /** The name of the layer's bias; empty where it has none. */
    private String bias(KerasLayer layer, int channels) {
        if (!layer.flag("use_bias", true)) {
            return "";
        }
        constant(layer.name() + "_bias", weight(layer, "bias", channels));
        return layer.name() + "_bias";
    }

    private static Tensor vector(float[] values) {
        return Tensor.ofFloats(values, values.length);
    }

    private void constant(String name, Tensor value) {
        if (!constants.add(name)) {
            throw new KerasException("Two weights would be named '" + name + "'. Rename one of the layers.");
        }
        graph.initializer(name, value);
    }

    private String node(String name, String op, List<String> inputs, Map<String, Attribute> attributes) {
        graph.node(Node.of(name, op, inputs, name, attributes));
        return name;
    }

    /** The axis in the graph, the batch counted, of an axis of a sample with channels last. */
    private static int graphAxis(Value value, int sampleAxis) {
        if (!value.isImage()) {
            return 1;
        }
        return sampleAxis == 2 ? 1 : sampleAxis + 2;
    }

    private static Shape batched(int[] dims) {
        return dims.length == 3 ? Shape.of(Shape.BATCH, dims[2], dims[0], dims[1]) : Shape.of(Shape.BATCH, dims[0]);
    }
}
