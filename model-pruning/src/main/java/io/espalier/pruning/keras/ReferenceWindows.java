package io.espalier.pruning.keras;

import io.espalier.pruning.graph.Tensor;
import java.util.Arrays;

/**
 * Computes the layers that slide a window over an image, one tap at a time.
 *
 * <p>Source of "same": TensorFlow, {@code tf.nn.convolution}, "Notes on padding": as many outputs as strides fit, the odd zero after.
 */
final class ReferenceWindows {
    private ReferenceWindows() {}

    static ReferenceArray convolution(KerasLayer layer, ReferenceArray in, Tensor kernel) {
        int filters = kernel.shape().dim(3);
        int perGroup = kernel.shape().dim(2);
        int groups = in.channels() / perGroup;
        int filtersPerGroup = filters / groups;
        float[] k = kernel.floats();
        int width = kernel.shape().dim(1);
        return slideOver(
                layer, in, layer.pair("kernel_size", new int[] {1, 1}), filters, (out, oy, ox, ky, kx, y, x) -> {
                    int to = (oy * out.dims()[1] + ox) * filters;
                    for (int g = 0; g < groups; g++) {
                        for (int i = 0; i < perGroup; i++) {
                            double value = in.at(y, x, g * perGroup + i);
                            int from = ((ky * width + kx) * perGroup + i) * filters + g * filtersPerGroup;
                            for (int f = 0; f < filtersPerGroup; f++) {
                                out.values()[to + g * filtersPerGroup + f] += value * k[from + f];
                            }
                        }
                    }
                });
    }

    static ReferenceArray depthwise(KerasLayer layer, ReferenceArray in, Tensor kernel) {
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
                    int to = (oy * out.dims()[1] + ox) * channels * multiplier;
                    for (int c = 0; c < channels; c++) {
                        double value = in.at(y, x, c);
                        for (int m = 0; m < multiplier; m++) {
                            out.values()[to + c * multiplier + m] +=
                                    value * k[((ky * width + kx) * channels + c) * multiplier + m];
                        }
                    }
                });
    }

    static ReferenceArray pool(KerasLayer layer, ReferenceArray in, boolean largest) {
        int[] size = layer.pair("pool_size", new int[] {2, 2});
        int[] strides = layer.pair("strides", size);
        int[] dilations = {1, 1};
        int[] outDims = slide(layer, in, size, strides, dilations, (oy, ox, ky, kx, y, x) -> {});
        int channels = in.channels();
        ReferenceArray out = ReferenceArray.zeros(outDims[0], outDims[1], channels);
        int[] taps = new int[outDims[0] * outDims[1]];
        if (largest) {
            Arrays.fill(out.values(), Double.NEGATIVE_INFINITY);
        }
        slide(layer, in, size, strides, dilations, (oy, ox, ky, kx, y, x) -> {
            taps[oy * outDims[1] + ox]++;
            for (int c = 0; c < channels; c++) {
                double before = out.at(oy, ox, c);
                out.set(oy, ox, c, largest ? Math.max(before, in.at(y, x, c)) : before + in.at(y, x, c));
            }
        });
        if (!largest) {
            for (int i = 0; i < out.values().length; i++) {
                out.values()[i] /= taps[i / channels];
            }
        }
        return out;
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
    private static int[] slide(
            KerasLayer layer, ReferenceArray in, int[] size, int[] strides, int[] dilations, Tap tap) {
        Steps rows = Steps.of(layer, in.dims()[0], (size[0] - 1) * dilations[0] + 1, strides[0]);
        Steps columns = Steps.of(layer, in.dims()[1], (size[1] - 1) * dilations[1] + 1, strides[1]);
        for (int oy = 0; oy < rows.count; oy++) {
            for (int ox = 0; ox < columns.count; ox++) {
                for (int ky = 0; ky < size[0]; ky++) {
                    for (int kx = 0; kx < size[1]; kx++) {
                        int y = rows.start(oy) + ky * dilations[0];
                        int x = columns.start(ox) + kx * dilations[1];
                        if (y >= 0 && y < in.dims()[0] && x >= 0 && x < in.dims()[1]) {
                            tap.at(oy, ox, ky, kx, y, x);
                        }
                    }
                }
            }
        }
        return new int[] {rows.count, columns.count};
    }

    private static ReferenceArray slideOver(
            KerasLayer layer, ReferenceArray in, int[] size, int channels, TapOfResult tap) {
        int[] strides = layer.pair("strides", new int[] {1, 1});
        int[] dilations = layer.pair("dilation_rate", new int[] {1, 1});
        int[] out = slide(layer, in, size, strides, dilations, (oy, ox, ky, kx, y, x) -> {});
        ReferenceArray result = ReferenceArray.zeros(out[0], out[1], channels);
        slide(layer, in, size, strides, dilations, (oy, ox, ky, kx, y, x) -> tap.at(result, oy, ox, ky, kx, y, x));
        return result;
    }

    private interface TapOfResult {
        void at(ReferenceArray result, int outY, int outX, int kernelY, int kernelX, int inY, int inX);
    }
}
