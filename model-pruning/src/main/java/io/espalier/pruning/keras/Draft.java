package io.espalier.pruning.keras;

import io.espalier.pruning.graph.Attribute;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.GraphBuilder;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Shape;
import io.espalier.pruning.graph.Tensor;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A graph in the making: what its layers have made so far, and the weights they may take. A value may have its padding or its order
 * put off, for the next layer to take into itself; {@link #plain} does what was put off.
 */
final class Draft {
    private static final int OPSET = 13;

    private final Map<String, Map<String, Tensor>> weights;
    private final GraphBuilder graph;
    private final Map<String, Value> values = new LinkedHashMap<>();
    private final Map<String, Value> plain = new LinkedHashMap<>();
    private final Set<String> constants = new HashSet<>();

    /** @param weights of each layer by their plain names */
    Draft(String name, Map<String, Map<String, Tensor>> weights) {
        this.weights = weights;
        this.graph = new GraphBuilder(name, OPSET);
    }

    /** Values by the layers that made them, in order. */
    Map<String, Value> values() {
        return values;
    }

    void made(KerasLayer layer, Value value) {
        values.put(layer.name(), value);
    }

    Value input(String name, int[] dims) {
        graph.input(name, batched(dims));
        return Value.of(name, dims);
    }

    Graph finished(Value answer) {
        graph.output(answer.tensor(), batched(answer.dims()));
        return graph.build();
    }

    /** The value with nothing put off. */
    Value plain(KerasLayer layer, Value value) {
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

    Value first(KerasLayer layer) {
        if (layer.inputs().size() != 1) {
            throw layer.wrong("reads " + layer.inputs().size() + " layers; it needs exactly one");
        }
        return input(layer, 0);
    }

    Value input(KerasLayer layer, int index) {
        return Objects.requireNonNull(values.get(layer.inputs().get(index)), layer.name());
    }

    static Value image(KerasLayer layer, Value value) {
        if (!value.isImage()) {
            throw layer.wrong("reads " + Arrays.toString(value.dims()) + ", which is no image");
        }
        return value;
    }

    Tensor weight(KerasLayer layer, String name, int... dims) {
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
    String bias(KerasLayer layer, int channels) {
        if (!layer.flag("use_bias", true)) {
            return "";
        }
        constant(layer.name() + "_bias", weight(layer, "bias", channels));
        return layer.name() + "_bias";
    }

    String reshaped(String name, String tensor, long... dims) {
        constant(name + "_shape", Tensor.vector(dims));
        return node(name, "Reshape", List.of(tensor, name + "_shape"), Map.of());
    }

    static Tensor vector(float[] values) {
        return Tensor.ofFloats(values, values.length);
    }

    void constant(String name, Tensor value) {
        if (!constants.add(name)) {
            throw new KerasException("Two weights would be named '" + name + "'. Rename one of the layers.");
        }
        graph.initializer(name, value);
    }

    String node(String name, String op, List<String> inputs, Map<String, Attribute> attributes) {
        graph.node(Node.of(name, op, inputs, name, attributes));
        return name;
    }

    /** The axis in the graph, the batch counted, of an axis of a sample with channels last. */
    static int graphAxis(Value value, int sampleAxis) {
        if (!value.isImage()) {
            return 1;
        }
        return sampleAxis == 2 ? 1 : sampleAxis + 2;
    }

    static Shape batched(int[] dims) {
        return dims.length == 3 ? Shape.of(Shape.BATCH, dims[2], dims[0], dims[1]) : Shape.of(Shape.BATCH, dims[0]);
    }
}
