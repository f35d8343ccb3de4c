package io.espalier.pruning.quantisation;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Node;

/** Computes a quantised convolution in plain integers, one value at a time, as the papers define it. */
final class IntegerReference {
    private IntegerReference() {}

    /** Bytes of {@code [channels, height, width]} with what they mean. */
    @SuppressWarnings("ArrayRecordComponent")
    record Image(int[] integers, int channels, int height, int width, ActivationScale scale) {
        static Image of(float[] values, int channels, int height, int width, ActivationScale scale) {
            int[] integers = new int[values.length];
            for (int i = 0; i < values.length; i++) {
                integers[i] = clamp(Math.rint(values[i] / scale.scale()) + scale.zeroPoint());
            }
            return new Image(integers, channels, height, width, scale);
        }

        float[] floats() {
            float[] values = new float[integers.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = (integers[i] - scale.zeroPoint()) * scale.scale();
            }
            return values;
        }
    }

    /** A 3x3 convolution of stride 1 that is padded by one and gives as many rows and columns as it takes. */
    static Image convolve(Graph graph, String layer, Image input, ActivationScale output, WeightRange range) {
        Node node = graph.node(layer);
        LayerWeights weights = LayerWeights.of(graph, node, input.scale(), range);
        byte[] w = weights.weights().bytes();
        long[] bias = weights.bias().orElseThrow().values().longs();
        int channels = bias.length;
        int area = input.height() * input.width();
        int[] result = new int[channels * area];
        for (int c = 0; c < channels; c++) {
            double factor = (double) input.scale().scale() * weights.scales().at(c) / output.scale();
            for (int y = 0; y < input.height(); y++) {
                for (int x = 0; x < input.width(); x++) {
                    long sum = bias[c];
                    for (int i = 0; i < input.channels(); i++) {
                        for (int k = 0; k < 9; k++) {
                            int row = y + k / 3 - 1;
                            int column = x + k % 3 - 1;
                            if (row >= 0 && row < input.height() && column >= 0 && column < input.width()) {
                                int a = input.integers()[i * area + row * input.width() + column]
                                        - input.scale().zeroPoint();
                                sum += (long) a * w[(c * input.channels() + i) * 9 + k];
                            }
                        }
                    }
                    result[c * area + y * input.width() + x] = clamp(Math.rint(sum * factor) + output.zeroPoint());
                }
            }
        }
        return new Image(result, channels, input.height(), input.width(), output);
    }

    private static int clamp(double value) {
        return (int) Math.max(0, Math.min(ActivationScale.LEVELS, value));
    }
}
