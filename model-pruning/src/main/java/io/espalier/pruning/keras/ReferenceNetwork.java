package io.espalier.pruning.keras;

import io.espalier.pruning.graph.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Computes a Keras network the plain way, channels last and in double precision, as Keras documents each layer: the second opinion that
 * the translation is held against. It shares with it what the file says, and no arithmetic.
 */
final class ReferenceNetwork {
    private static final double SELU_ALPHA = 1.6732632423543772;
    private static final double SELU_SCALE = 1.0507009873554805;

    private final KerasNetwork network;
    private final Map<String, Map<String, Tensor>> weights;
    private final Map<String, ReferenceArray> made = new LinkedHashMap<>();

    private ReferenceNetwork(KerasNetwork network, Map<String, Map<String, Tensor>> weights) {
        this.network = network;
        this.weights = weights;
    }

    /** What every layer makes of one sample, channels last. */
    static Map<String, ReferenceArray> run(
            KerasNetwork network, Map<String, Map<String, Tensor>> weights, double[] sample) {
        return new ReferenceNetwork(network, weights).run(sample);
    }

    private Map<String, ReferenceArray> run(double[] sample) {
        for (KerasLayer layer : network.layers()) {
            ReferenceArray result = layer.is("InputLayer")
                    ? new ReferenceArray(
                            network.inputDims().stream()
                                    .mapToInt(Integer::intValue)
                                    .toArray(),
                            sample)
                    : layer(layer, input(layer, 0));
            made.put(layer.name(), result);
        }
        return made;
    }

    private ReferenceArray layer(KerasLayer layer, ReferenceArray in) {
        return switch (layer.type()) {
            case "Conv2D" ->
                activated(layer, withBias(layer, ReferenceWindows.convolution(layer, in, weight(layer, "kernel"))));
            case "DepthwiseConv2D" -> activated(layer, withBias(layer, depthwise(layer, in)));
            case "SeparableConv2D" -> activated(layer, withBias(layer, pointwise(layer, depthwise(layer, in))));
            case "Dense" -> activated(layer, withBias(layer, dense(layer, in)));
            case "Activation" -> activated(layer, in);
            case "BatchNormalization" -> batchNorm(layer, in);
            case "ReLU" -> relu(layer, in);
            case "LeakyReLU" -> {
                double slope = Layers.leak(layer);
                yield in.each(x -> x < 0 ? slope * x : x);
            }
            case "Softmax" -> in.softmax(Layers.sampleAxis(layer, (int) layer.number("axis", -1), in.dims().length));
            case "Add" -> join(layer, Double::sum);
            case "Multiply" -> join(layer, (a, b) -> a * b);
            case "Concatenate" ->
                ReferenceArray.concatenated(
                        inputs(layer), Layers.sampleAxis(layer, (int) layer.number("axis", -1), in.dims().length));
            case "Flatten" -> new ReferenceArray(new int[] {in.values().length}, in.values());
            case "Reshape" -> reshape(layer, in);
            case "ZeroPadding2D" -> zeroPadding(layer, in);
            case "MaxPooling2D" -> ReferenceWindows.pool(layer, in, true);
            case "AveragePooling2D" -> ReferenceWindows.pool(layer, in, false);
            case "GlobalAveragePooling2D" -> globalPool(layer, in, false);
            case "GlobalMaxPooling2D" -> globalPool(layer, in, true);
            default -> in;
        };
    }

    private ReferenceArray depthwise(KerasLayer layer, ReferenceArray in) {
        return ReferenceWindows.depthwise(layer, in, weight(layer, "depthwise_kernel"));
    }

    private ReferenceArray pointwise(KerasLayer layer, ReferenceArray in) {
        Tensor kernel = weight(layer, "pointwise_kernel");
        return in.times(kernel.shape().dim(2), kernel.shape().dim(3), kernel);
    }

    private ReferenceArray dense(KerasLayer layer, ReferenceArray in) {
        Tensor kernel = weight(layer, "kernel");
        return in.times(kernel.shape().dim(0), kernel.shape().dim(1), kernel);
    }

    private ReferenceArray withBias(KerasLayer layer, ReferenceArray in) {
        if (!layer.flag("use_bias", true)) {
            return in;
        }
        Tensor bias = weight(layer, "bias");
        return in.perChannel((value, channel) -> value + bias.at(channel));
    }

    private ReferenceArray batchNorm(KerasLayer layer, ReferenceArray in) {
        Tensor mean = weight(layer, "moving_mean");
        Tensor variance = weight(layer, "moving_variance");
        double epsilon = layer.number("epsilon", 1e-3);
        boolean scale = layer.flag("scale", true);
        boolean center = layer.flag("center", true);
        return in.perChannel((value, c) -> {
            double normal = (value - mean.at(c)) / Math.sqrt(variance.at(c) + epsilon);
            return normal * (scale ? weight(layer, "gamma").at(c) : 1)
                    + (center ? weight(layer, "beta").at(c) : 0);
        });
    }

    private static ReferenceArray relu(KerasLayer layer, ReferenceArray in) {
        double slope = layer.number("negative_slope", 0);
        double ceiling = Layers.ceiling(layer);
        return in.each(x -> x < 0 ? slope * x : Math.min(x, ceiling));
    }

    private static ReferenceArray activated(KerasLayer layer, ReferenceArray in) {
        return switch (layer.text("activation", "linear")) {
            case "relu" -> in.each(x -> Math.max(0, x));
            case "relu6" -> in.each(x -> Math.min(6, Math.max(0, x)));
            case "tanh" -> in.each(Math::tanh);
            case "sigmoid" -> in.each(x -> 1 / (1 + Math.exp(-x)));
            case "hard_sigmoid" -> in.each(x -> Math.min(1, Math.max(0, 0.2 * x + 0.5)));
            case "swish", "silu" -> in.each(x -> x / (1 + Math.exp(-x)));
            case "elu" -> in.each(x -> x < 0 ? Math.expm1(x) : x);
            case "selu" -> in.each(x -> SELU_SCALE * (x < 0 ? SELU_ALPHA * Math.expm1(x) : x));
            case "softplus" -> in.each(x -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))));
            case "softsign" -> in.each(x -> x / (1 + Math.abs(x)));
            case "softmax" -> in.softmax(in.dims().length - 1);
            default -> in;
        };
    }

    private ReferenceArray join(KerasLayer layer, ReferenceArray.Both both) {
        ReferenceArray result = input(layer, 0);
        for (int i = 1; i < layer.inputs().size(); i++) {
            result = result.with(input(layer, i), both);
        }
        return result;
    }

    private static ReferenceArray reshape(KerasLayer layer, ReferenceArray in) {
        int[] dims = IntStream.range(0, layer.config().path("target_shape").size())
                .map(i -> layer.config().path("target_shape").get(i).asInt())
                .toArray();
        int known = Arrays.stream(dims).filter(dim -> dim > 0).reduce(1, Math::multiplyExact);
        return new ReferenceArray(
                Arrays.stream(dims)
                        .map(dim -> dim > 0 ? dim : in.values().length / known)
                        .toArray(),
                in.values());
    }

    private static ReferenceArray zeroPadding(KerasLayer layer, ReferenceArray in) {
        int[] pads = layer.padding("padding");
        ReferenceArray out =
                ReferenceArray.zeros(in.dims()[0] + pads[0] + pads[1], in.dims()[1] + pads[2] + pads[3], in.dims()[2]);
        for (int y = 0; y < in.dims()[0]; y++) {
            for (int x = 0; x < in.dims()[1]; x++) {
                for (int c = 0; c < in.dims()[2]; c++) {
                    out.set(y + pads[0], x + pads[2], c, in.at(y, x, c));
                }
            }
        }
        return out;
    }

    private static ReferenceArray globalPool(KerasLayer layer, ReferenceArray in, boolean largest) {
        int channels = in.channels();
        ReferenceArray out =
                layer.flag("keepdims", false) ? ReferenceArray.zeros(1, 1, channels) : ReferenceArray.zeros(channels);
        int pixels = in.values().length / channels;
        for (int c = 0; c < channels; c++) {
            int channel = c;
            var values = IntStream.range(0, pixels).mapToDouble(p -> in.values()[p * channels + channel]);
            out.values()[c] = largest ? values.max().orElse(0) : values.sum() / pixels;
        }
        return out;
    }

    private List<ReferenceArray> inputs(KerasLayer layer) {
        return IntStream.range(0, layer.inputs().size())
                .mapToObj(i -> input(layer, i))
                .toList();
    }

    private ReferenceArray input(KerasLayer layer, int index) {
        return Objects.requireNonNull(made.get(layer.inputs().get(index)), layer.name());
    }

    private Tensor weight(KerasLayer layer, String name) {
        return Objects.requireNonNull(
                weights.getOrDefault(layer.name(), Map.of()).get(name), layer.name());
    }
}
