package io.espalier.pruning.keras;

import io.espalier.pruning.graph.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/**
 * Computes a Keras network the plain way, channels last and in double precision, as Keras documents each layer: the second opinion that
 * the translation is held against. It shares with it what the file says, and no arithmetic.
 *
 * <p>Source of "same": TensorFlow, {@code tf.nn.convolution}, "Notes on padding": as many outputs as strides fit, the odd zero after.
 */
final class ReferenceNetwork {
    private static final double SELU_ALPHA = 1.6732632423543772;
    private static final double SELU_SCALE = 1.0507009873554805;

    private final KerasNetwork network;
    private final Map<String, Map<String, Tensor>> weights;
    private final Map<String, Array> made = new LinkedHashMap<>();

    /** Values of one sample, row-major. */
    @SuppressWarnings("ArrayRecordComponent")
    record Array(int[] dims, double[] values) {
        static Array zeros(int... dims) {
            return new Array(dims, new double[Arrays.stream(dims).reduce(1, Math::multiplyExact)]);
        }

        double at(int y, int x, int c) {
            return values[(y * dims[1] + x) * dims[2] + c];
        }

        void set(int y, int x, int c, double value) {
            values[(y * dims[1] + x) * dims[2] + c] = value;
        }

        int channels() {
            return dims[dims.length - 1];
        }
    }

    private ReferenceNetwork(KerasNetwork network, Map<String, Map<String, Tensor>> weights) {
        this.network = network;
        this.weights = weights;
    }

    /** What every layer makes of one sample, channels last. */
    static Map<String, Array> run(KerasNetwork network, Map<String, Map<String, Tensor>> weights, double[] sample) {
        return new ReferenceNetwork(network, weights).run(sample);
    }

    private Map<String, Array> run(double[] sample) {
        for (KerasLayer layer : network.layers()) {
            Array result = layer.is("InputLayer")
                    ? new Array(
                            network.inputDims().stream()
                                    .mapToInt(Integer::intValue)
                                    .toArray(),
                            sample)
                    : layer(layer, input(layer, 0));
            made.put(layer.name(), result);
        }
        return made;
    }

    private Array layer(KerasLayer layer, Array in) {
        return switch (layer.type()) {
            case "Conv2D" -> activated(layer, withBias(layer, convolution(layer, in)));
            case "DepthwiseConv2D" -> activated(layer, withBias(layer, depthwise(layer, in)));
            case "SeparableConv2D" -> activated(layer, withBias(layer, pointwise(layer, depthwise(layer, in))));
            case "Dense" -> activated(layer, withBias(layer, dense(layer, in)));
            case "Activation" -> activated(layer, in);
            case "BatchNormalization" -> batchNorm(layer, in);
            case "ReLU" -> relu(layer, in);
            case "LeakyReLU" -> {
                double slope = Layers.leak(layer);
                yield each(in, x -> x < 0 ? slope * x : x);
            }
            case "Softmax" -> softmax(in, Layers.sampleAxis(layer, (int) layer.number("axis", -1), in.dims.length));
            case "Add" -> join(layer, Double::sum);
            case "Multiply" -> join(layer, (a, b) -> a * b);
            case "Concatenate" -> concatenate(layer);
            case "Flatten" -> new Array(new int[] {in.values.length}, in.values);
            case "Reshape" -> reshape(layer, in);
            case "ZeroPadding2D" -> zeroPadding(layer, in);
            case "MaxPooling2D" -> pool(layer, in, true);
            case "AveragePooling2D" -> pool(layer, in, false);
            case "GlobalAveragePooling2D" -> globalPool(layer, in, false);
            case "GlobalMaxPooling2D" -> globalPool(layer, in, true);
            default -> in;
        };
    }

    /** Where the window of each output begins, and how many outputs there are. */
    private record Steps(int first, int stride, int count) {
        static Steps of(KerasLayer layer, int extent, int span, int stride) {
            if (!Layers.isSame(layer)) {
                return new Steps(0, stride, (extent - span) / stride + 1);
            }
            int count = (int) Math.ceil((double) extent / stride);
            int zeros = Math.max((count - 1) * stride + span - extent, 0);
            return new Steps(-(zeros / 2), stride, count);
        }

        int start(int output) {
            return first + output * stride;
        }
    }

    private interface Tap {
        void at(int outY, int outX, int kernelY, int kernelX, int inY, int inX);
    }

    /** Visits every tap that lies inside the image. */
    private static int[] slide(KerasLayer layer, Array in, int[] size, int[] strides, int[] dilations, Tap tap) {
        Steps rows = Steps.of(layer, in.dims[0], (size[0] - 1) * dilations[0] + 1, strides[0]);
        Steps columns = Steps.of(layer, in.dims[1], (size[1] - 1) * dilations[1] + 1, strides[1]);
        for (int oy = 0; oy < rows.count; oy++) {
            for (int ox = 0; ox < columns.count; ox++) {
                for (int ky = 0; ky < size[0]; ky++) {
                    for (int kx = 0; kx < size[1]; kx++) {
                        int y = rows.start(oy) + ky * dilations[0];
                        int x = columns.start(ox) + kx * dilations[1];
                        if (y >= 0 && y < in.dims[0] && x >= 0 && x < in.dims[1]) {
                            tap.at(oy, ox, ky, kx, y, x);
                        }
                    }
                }
            }
        }
        return new int[] {rows.count, columns.count};
    }

    private static Array slideOver(KerasLayer layer, Array in, int[] size, int channels, TapOfResult tap) {
        int[] strides = layer.pair("strides", new int[] {1, 1});
        int[] dilations = layer.pair("dilation_rate", new int[] {1, 1});
        int[] out = slide(layer, in, size, strides, dilations, (oy, ox, ky, kx, y, x) -> {});
        Array result = Array.zeros(out[0], out[1], channels);
        slide(layer, in, size, strides, dilations, (oy, ox, ky, kx, y, x) -> tap.at(result, oy, ox, ky, kx, y, x));
        return result;
    }

    private interface TapOfResult {
        void at(Array result, int outY, int outX, int kernelY, int kernelX, int inY, int inX);
    }

    private Array convolution(KerasLayer layer, Array in) {
        Tensor kernel = weight(layer, "kernel");
        int filters = kernel.shape().dim(3);
        int perGroup = kernel.shape().dim(2);
        int groups = in.channels() / perGroup;
        int filtersPerGroup = filters / groups;
        float[] k = kernel.floats();
        int width = kernel.shape().dim(1);
        return slideOver(
                layer, in, layer.pair("kernel_size", new int[] {1, 1}), filters, (out, oy, ox, ky, kx, y, x) -> {
                    int to = (oy * out.dims[1] + ox) * filters;
                    for (int g = 0; g < groups; g++) {
                        for (int i = 0; i < perGroup; i++) {
                            double value = in.at(y, x, g * perGroup + i);
                            int from = ((ky * width + kx) * perGroup + i) * filters + g * filtersPerGroup;
                            for (int f = 0; f < filtersPerGroup; f++) {
                                out.values[to + g * filtersPerGroup + f] += value * k[from + f];
                            }
                        }
                    }
                });
    }

    private Array depthwise(KerasLayer layer, Array in) {
        Tensor kernel = weight(layer, "depthwise_kernel");
        int channels = in.channels();
        int multiplier = kernel.shape().dim(3);
        float[] k = kernel.floats();
        int width = kernel.shape().dim(1);
        return slideOver(
                layer,
                in,
                layer.pair("kernel_size", new int[] {1, 1}),
                channels * multiplier,
                (out, oy, ox, ky, kx, y, x) -> {
                    int to = (oy * out.dims[1] + ox) * channels * multiplier;
                    for (int c = 0; c < channels; c++) {
                        double value = in.at(y, x, c);
                        for (int m = 0; m < multiplier; m++) {
                            out.values[to + c * multiplier + m] +=
                                    value * k[((ky * width + kx) * channels + c) * multiplier + m];
                        }
                    }
                });
    }

    private Array pointwise(KerasLayer layer, Array in) {
        Tensor kernel = weight(layer, "pointwise_kernel");
        return rows(in, kernel.shape().dim(2), kernel.shape().dim(3), kernel);
    }

    private Array dense(KerasLayer layer, Array in) {
        Tensor kernel = weight(layer, "kernel");
        return rows(in, kernel.shape().dim(0), kernel.shape().dim(1), kernel);
    }

    /** The last axis times a matrix. */
    private static Array rows(Array in, int from, int to, Tensor matrix) {
        int[] dims = in.dims.clone();
        dims[dims.length - 1] = to;
        Array out = Array.zeros(dims);
        for (int row = 0; row < in.values.length / from; row++) {
            for (int i = 0; i < from; i++) {
                for (int o = 0; o < to; o++) {
                    out.values[row * to + o] += in.values[row * from + i] * matrix.at(i * to + o);
                }
            }
        }
        return out;
    }

    private Array withBias(KerasLayer layer, Array in) {
        if (!layer.flag("use_bias", true)) {
            return in;
        }
        Tensor bias = weight(layer, "bias");
        return perChannel(in, (value, channel) -> value + bias.at(channel));
    }

    private Array batchNorm(KerasLayer layer, Array in) {
        Tensor mean = weight(layer, "moving_mean");
        Tensor variance = weight(layer, "moving_variance");
        double epsilon = layer.number("epsilon", 1e-3);
        boolean scale = layer.flag("scale", true);
        boolean center = layer.flag("center", true);
        return perChannel(in, (value, c) -> {
            double normal = (value - mean.at(c)) / Math.sqrt(variance.at(c) + epsilon);
            return normal * (scale ? weight(layer, "gamma").at(c) : 1)
                    + (center ? weight(layer, "beta").at(c) : 0);
        });
    }

    private static Array relu(KerasLayer layer, Array in) {
        double slope = layer.number("negative_slope", 0);
        double ceiling = Layers.ceiling(layer);
        return each(in, x -> x < 0 ? slope * x : Math.min(x, ceiling));
    }

    private static Array activated(KerasLayer layer, Array in) {
        return switch (layer.text("activation", "linear")) {
            case "relu" -> each(in, x -> Math.max(0, x));
            case "relu6" -> each(in, x -> Math.min(6, Math.max(0, x)));
            case "tanh" -> each(in, Math::tanh);
            case "sigmoid" -> each(in, x -> 1 / (1 + Math.exp(-x)));
            case "hard_sigmoid" -> each(in, x -> Math.min(1, Math.max(0, 0.2 * x + 0.5)));
            case "swish", "silu" -> each(in, x -> x / (1 + Math.exp(-x)));
            case "elu" -> each(in, x -> x < 0 ? Math.expm1(x) : x);
            case "selu" -> each(in, x -> SELU_SCALE * (x < 0 ? SELU_ALPHA * Math.expm1(x) : x));
            case "softplus" -> each(in, x -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))));
            case "softsign" -> each(in, x -> x / (1 + Math.abs(x)));
            case "softmax" -> softmax(in, in.dims.length - 1);
            default -> in;
        };
    }

    private static Array softmax(Array in, int axis) {
        Array out = new Array(in.dims, in.values.clone());
        int inner = product(in.dims, axis + 1, in.dims.length);
        int extent = in.dims[axis];
        for (int line = 0; line < in.values.length / extent; line++) {
            int start = line / inner * extent * inner + line % inner;
            double most = IntStream.range(0, extent)
                    .mapToDouble(i -> in.values[start + i * inner])
                    .max()
                    .orElse(0);
            double sum = IntStream.range(0, extent)
                    .mapToDouble(i -> Math.exp(in.values[start + i * inner] - most))
                    .sum();
            for (int i = 0; i < extent; i++) {
                out.values[start + i * inner] = Math.exp(in.values[start + i * inner] - most) / sum;
            }
        }
        return out;
    }

    private interface Both {
        double of(double a, double b);
    }

    private Array join(KerasLayer layer, Both both) {
        Array result = input(layer, 0);
        for (int i = 1; i < layer.inputs().size(); i++) {
            result = broadcast(result, input(layer, i), both);
        }
        return result;
    }

    private static Array broadcast(Array a, Array b, Both both) {
        int[] dims = IntStream.range(0, a.dims.length)
                .map(i -> Math.max(a.dims[i], b.dims[i]))
                .toArray();
        Array out = Array.zeros(dims);
        for (int i = 0; i < out.values.length; i++) {
            out.values[i] = both.of(a.values[shrunk(i, dims, a.dims)], b.values[shrunk(i, dims, b.dims)]);
        }
        return out;
    }

    /** The index, in an array some of whose axes are 1, of an element of the broadcast array. */
    private static int shrunk(int index, int[] dims, int[] small) {
        int result = 0;
        int rest = index;
        int factor = 1;
        for (int axis = dims.length - 1; axis >= 0; axis--) {
            int position = rest % dims[axis];
            rest /= dims[axis];
            result += small[axis] == 1 ? 0 : position * factor;
            factor *= small[axis];
        }
        return result;
    }

    private Array concatenate(KerasLayer layer) {
        List<Array> parts = new ArrayList<>();
        for (int i = 0; i < layer.inputs().size(); i++) {
            parts.add(input(layer, i));
        }
        int[] dims = parts.get(0).dims.clone();
        int axis = Layers.sampleAxis(layer, (int) layer.number("axis", -1), dims.length);
        int inner = product(dims, axis + 1, dims.length);
        dims[axis] = parts.stream().mapToInt(part -> part.dims[axis]).sum();
        Array out = Array.zeros(dims);
        int offset = 0;
        for (Array part : parts) {
            int block = part.dims[axis] * inner;
            for (int o = 0; o < part.values.length / block; o++) {
                System.arraycopy(part.values, o * block, out.values, o * dims[axis] * inner + offset, block);
            }
            offset += block;
        }
        return out;
    }

    private static Array reshape(KerasLayer layer, Array in) {
        int[] dims = IntStream.range(0, layer.config().path("target_shape").size())
                .map(i -> layer.config().path("target_shape").get(i).asInt())
                .toArray();
        int known = Arrays.stream(dims).filter(dim -> dim > 0).reduce(1, Math::multiplyExact);
        return new Array(
                Arrays.stream(dims)
                        .map(dim -> dim > 0 ? dim : in.values.length / known)
                        .toArray(),
                in.values);
    }

    private static Array zeroPadding(KerasLayer layer, Array in) {
        int[] pads = layer.padding("padding");
        Array out = Array.zeros(in.dims[0] + pads[0] + pads[1], in.dims[1] + pads[2] + pads[3], in.dims[2]);
        for (int y = 0; y < in.dims[0]; y++) {
            for (int x = 0; x < in.dims[1]; x++) {
                for (int c = 0; c < in.dims[2]; c++) {
                    out.set(y + pads[0], x + pads[2], c, in.at(y, x, c));
                }
            }
        }
        return out;
    }

    private static Array pool(KerasLayer layer, Array in, boolean largest) {
        int[] size = layer.pair("pool_size", new int[] {2, 2});
        int[] strides = layer.pair("strides", size);
        int[] dilations = {1, 1};
        int[] outDims = slide(layer, in, size, strides, dilations, (oy, ox, ky, kx, y, x) -> {});
        int channels = in.channels();
        Array out = Array.zeros(outDims[0], outDims[1], channels);
        int[] taps = new int[outDims[0] * outDims[1]];
        if (largest) {
            Arrays.fill(out.values, Double.NEGATIVE_INFINITY);
        }
        slide(layer, in, size, strides, dilations, (oy, ox, ky, kx, y, x) -> {
            taps[oy * outDims[1] + ox]++;
            for (int c = 0; c < channels; c++) {
                double before = out.at(oy, ox, c);
                out.set(oy, ox, c, largest ? Math.max(before, in.at(y, x, c)) : before + in.at(y, x, c));
            }
        });
        if (!largest) {
            for (int i = 0; i < out.values.length; i++) {
                out.values[i] /= taps[i / channels];
            }
        }
        return out;
    }

    private static Array globalPool(KerasLayer layer, Array in, boolean largest) {
        int channels = in.channels();
        Array out = layer.flag("keepdims", false) ? Array.zeros(1, 1, channels) : Array.zeros(channels);
        int pixels = in.values.length / channels;
        for (int c = 0; c < channels; c++) {
            int channel = c;
            var values = IntStream.range(0, pixels).mapToDouble(p -> in.values[p * channels + channel]);
            out.values[c] = largest ? values.max().orElse(0) : values.sum() / pixels;
        }
        return out;
    }

    private static Array each(Array in, DoubleUnaryOperator function) {
        return new Array(in.dims, Arrays.stream(in.values).map(function).toArray());
    }

    private interface OfChannel {
        double of(double value, int channel);
    }

    private static Array perChannel(Array in, OfChannel function) {
        int channels = in.channels();
        double[] values = new double[in.values.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = function.of(in.values[i], i % channels);
        }
        return new Array(in.dims, values);
    }

    private static int product(int[] dims, int from, int to) {
        return Arrays.stream(dims, from, to).reduce(1, Math::multiplyExact);
    }

    private Array input(KerasLayer layer, int index) {
        return Objects.requireNonNull(made.get(layer.inputs().get(index)), layer.name());
    }

    private Tensor weight(KerasLayer layer, String name) {
        return Objects.requireNonNull(
                weights.getOrDefault(layer.name(), Map.of()).get(name), layer.name());
    }
}
