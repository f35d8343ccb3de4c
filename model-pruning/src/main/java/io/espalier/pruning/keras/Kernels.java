package io.espalier.pruning.keras;

import io.espalier.pruning.graph.Tensor;
import org.jspecify.annotations.Nullable;

/** Weights in ONNX' order from weights in Keras' order. */
final class Kernels {
    private Kernels() {}

    /** {@code [height, width, in, out] -> [out, in, height, width]}. */
    static Tensor outInHeightWidth(Tensor kernel) {
        int height = kernel.shape().dim(0);
        int width = kernel.shape().dim(1);
        int in = kernel.shape().dim(2);
        int out = kernel.shape().dim(3);
        float[] sorted = new float[kernel.elements()];
        int from = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int i = 0; i < in; i++) {
                    for (int o = 0; o < out; o++) {
                        sorted[((o * in + i) * height + y) * width + x] = kernel.at(from++);
                    }
                }
            }
        }
        return Tensor.ofFloats(sorted, out, in, height, width);
    }

    /** {@code [height, width, in, multiplier] -> [in * multiplier, 1, height, width]}. */
    static Tensor depthwise(Tensor kernel) {
        int channels = kernel.shape().dim(2) * kernel.shape().dim(3);
        Tensor joined = kernel.reshaped(io.espalier.pruning.graph.Shape.of(
                kernel.shape().dim(0), kernel.shape().dim(1), 1, channels));
        return outInHeightWidth(joined);
    }

    /**
     * {@code [in, out] -> [out, in]}.
     *
     * @param image height, width, channels of the flattened image the inputs are, which the graph flattens channels first; null
     *     for none
     */
    static Tensor outIn(Tensor kernel, int @Nullable [] image) {
        int in = kernel.shape().dim(0);
        int out = kernel.shape().dim(1);
        float[] sorted = new float[kernel.elements()];
        for (int i = 0; i < in; i++) {
            int position = image == null ? i : channelsFirst(i, image);
            for (int o = 0; o < out; o++) {
                sorted[o * in + position] = kernel.at(i * out + o);
            }
        }
        return Tensor.ofFloats(sorted, out, in);
    }

    private static int channelsFirst(int channelsLast, int[] image) {
        int channel = channelsLast % image[2];
        int pixel = channelsLast / image[2];
        return channel * image[0] * image[1] + pixel;
    }
}
