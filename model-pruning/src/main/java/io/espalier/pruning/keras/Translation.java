package io.espalier.pruning.keras;

import io.espalier.pruning.graph.Attribute;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Writes a Keras network as a graph with channels first. Layers keep their names.
 *
 * <p>Padding "same" puts the odd zero at the bottom and at the right, which ONNX can only say in numbers. The rows of a Dense kernel
 * behind a Flatten are sorted to match what that lists channels first.
 */
final class Translation {
    private static final long LARGEST_ACTIVATION = 1L << 27;
    private static final double KERAS_BATCH_NORM_EPSILON = 1e-3;

    private final KerasNetwork network;
    private final Draft draft;
    private final ActivationTranslation activations;
    private final ConvolutionTranslation convolutions;
    private final ShapeTranslation shapes;
    private final JoinTranslation joins;

    /**
     * A translated network.
     *
     * @param layers what each layer makes, to compare with
     */
    record Translated(Graph graph, Map<String, Value> layers) {}

    private Translation(KerasNetwork network, Map<String, Map<String, Tensor>> weights) {
        this.network = network;
        this.draft = new Draft(network.name(), weights);
        this.activations = new ActivationTranslation(draft);
        this.convolutions = new ConvolutionTranslation(draft, activations);
        this.shapes = new ShapeTranslation(draft);
        this.joins = new JoinTranslation(draft);
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
            draft.made(layer, made);
        }
        KerasLayer last = network.layers().stream()
                .filter(each -> each.name().equals(network.output()))
                .findFirst()
                .orElseThrow();
        Value answer = draft.plain(last, Objects.requireNonNull(draft.values().get(network.output())));
        if (answer.isImage()) {
            throw last.wrong(
                    "makes " + Arrays.toString(answer.dims()) + " for a sample; a classifier's answer is one row");
        }
        return new Translated(draft.finished(answer), draft.values());
    }

    private Value input(KerasLayer layer) {
        int[] dims = network.inputDims().stream().mapToInt(Integer::intValue).toArray();
        return draft.input(layer.name(), dims);
    }

    private Value layer(KerasLayer layer) {
        return switch (layer.type()) {
            case "Conv2D" -> convolutions.convolution(layer);
            case "DepthwiseConv2D" -> convolutions.depthwise(layer);
            case "SeparableConv2D" -> convolutions.separable(layer);
            case "Dense" -> dense(layer);
            case "BatchNormalization" -> batchNorm(layer);
            case "Activation" -> activations.alone(layer);
            case "ReLU" -> activations.relu(layer);
            case "LeakyReLU" -> activations.leakyRelu(layer);
            case "Softmax" -> activations.softmax(layer);
            case "Add" -> joins.join(layer, "Add");
            case "Multiply" -> joins.join(layer, "Mul");
            case "Concatenate" -> joins.concatenate(layer);
            case "Flatten" -> shapes.flatten(layer);
            case "Reshape" -> shapes.reshape(layer);
            case "ZeroPadding2D" -> shapes.zeroPadding(layer);
            case "MaxPooling2D" -> pool(layer, "MaxPool");
            case "AveragePooling2D" -> pool(layer, "AveragePool");
            case "GlobalAveragePooling2D" -> globalPool(layer, "GlobalAveragePool");
            case "GlobalMaxPooling2D" -> globalPool(layer, "GlobalMaxPool");
            default -> draft.first(layer);
        };
    }

    private Value dense(KerasLayer layer) {
        Value in = draft.first(layer);
        if (in.isImage()) {
            throw layer.wrong("reads an image; put a Flatten or a global pooling before it");
        }
        int units = layer.count("units", 1);
        Tensor weight = draft.weight(layer, "kernel", in.channels(), units);
        draft.constant(layer.name() + "_kernel", Kernels.outIn(weight, in.flattened()));
        List<String> inputs = new ArrayList<>(List.of(in.tensor(), layer.name() + "_kernel"));
        String bias = draft.bias(layer, units);
        if (!bias.isEmpty()) {
            inputs.add(bias);
        }
        String tensor = draft.node(layer.name(), "Gemm", inputs, Map.of("transB", Attribute.of(1)));
        return activations.atTheEndOf(layer, Value.of(tensor, units));
    }

    private Value batchNorm(KerasLayer layer) {
        Value in = draft.plain(layer, draft.first(layer));
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
        draft.constant(
                name + "_gamma",
                layer.flag("scale", true) ? draft.weight(layer, "gamma", channels) : Draft.vector(ones));
        draft.constant(
                name + "_beta",
                layer.flag("center", true) ? draft.weight(layer, "beta", channels) : Draft.vector(new float[channels]));
        draft.constant(name + "_mean", draft.weight(layer, "moving_mean", channels));
        draft.constant(name + "_variance", draft.weight(layer, "moving_variance", channels));
        return in.named(draft.node(
                name,
                "BatchNormalization",
                List.of(in.tensor(), name + "_gamma", name + "_beta", name + "_mean", name + "_variance"),
                Map.of("epsilon", Attribute.of((float) layer.number("epsilon", KERAS_BATCH_NORM_EPSILON)))));
    }

    private Value pool(KerasLayer layer, String op) {
        Value in = Draft.image(layer, draft.plain(layer, draft.first(layer)));
        int[] size = layer.pair("pool_size", new int[] {2, 2});
        Slide slide = Slide.ofPool(layer, in, size);
        Map<String, Attribute> attributes = slide.attributes();
        attributes.remove("dilations");
        String tensor = draft.node(layer.name(), op, List.of(in.tensor()), attributes);
        return Value.of(tensor, slide.rows(), slide.columns(), in.channels());
    }

    private Value globalPool(KerasLayer layer, String op) {
        Layers.requireChannelsLast(layer);
        Value in = Draft.image(layer, draft.plain(layer, draft.first(layer)));
        if (layer.flag("keepdims", false)) {
            return Value.of(draft.node(layer.name(), op, List.of(in.tensor()), Map.of()), 1, 1, in.channels());
        }
        String pooled = draft.node(layer.name() + "_pool", op, List.of(in.tensor()), Map.of());
        return Value.of(
                draft.node(layer.name(), "Flatten", List.of(pooled), Map.of("axis", Attribute.of(1))), in.channels());
    }
}
