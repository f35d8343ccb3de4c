package io.espalier.pruning.quantisation;

import io.espalier.pruning.graph.ElementType;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Shape;
import io.espalier.pruning.graph.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * The weights and the bias of a layer as integers, each output channel with a scale of its own.
 *
 * <p>A channel's largest weight becomes the largest integer: {@code scale[c] = max|w[c]| / limit}, {@code q = round(w /
 * scale[c])}. The bias has the scale of the products it is added to, {@code input scale * scale[c]}, in 32 bits. Where it
 * would not fit (next to weights near zero), the channel's scale is raised until it does.
 *
 * <p><b>Shape:</b> weights as they were, everything else {@code [channels]}.
 *
 * <p>Source: Jacob et al. 2018, section 2.4 (bias); Krishnamoorthi 2018, "Quantizing deep convolutional networks for
 * efficient inference", section 2.5 (per channel).
 */
record LayerWeights(Tensor weights, Tensor zeroPoints, Tensor scales, int axis, Optional<Bias> bias) {
    /** Half of what 32 bits hold; the other half is for the products. */
    private static final double LARGEST_BIAS = 1 << 30;

    /** The bias in units of its scales. */
    record Bias(Tensor values, Tensor scales) {}

    static LayerWeights of(Graph graph, Node layer, ActivationScale input, WeightRange range) {
        Tensor weights = graph.constant(layer.inputs().get(1));
        int axis = channelAxis(layer);
        int channels = weights.shape().dim(axis);
        int inner = (int) weights.shape().elements(axis + 1, weights.shape().rank());
        float[] values = weights.floats();
        Optional<float[]> bias = graph.constantInput(layer, 2).map(Tensor::floats);
        float[] scales = new float[channels];
        for (int i = 0; i < values.length; i++) {
            int channel = i / inner % channels;
            scales[channel] = Math.max(scales[channel], Math.abs(values[i]) / range.limit());
        }
        for (int c = 0; c < channels; c++) {
            float largest = bias.isPresent() ? Math.abs(bias.get()[c]) : 0;
            float scale = Math.max(scales[c], (float) (largest / (input.scale() * LARGEST_BIAS)));
            scales[c] = scale < Float.MIN_NORMAL ? 1 : scale;
        }
        byte[] integers = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            double rounded = Math.rint(values[i] / scales[i / inner % channels]);
            integers[i] = (byte) Math.max(-range.limit(), Math.min(range.limit(), rounded));
        }
        return new LayerWeights(
                Tensor.ofBytes(ElementType.INT8, integers, weights.shape()),
                Tensor.ofBytes(ElementType.INT8, new byte[channels], Shape.of(channels)),
                Tensor.ofFloats(scales, channels),
                axis,
                bias.map(b -> bias(b, scales, input)));
    }

    /** The axis of the output channels. */
    static int channelAxis(Node layer) {
        return layer.is("Conv") || layer.intAttribute("transB", 0) == 1 ? 0 : 1;
    }

    private static Bias bias(float[] values, float[] weightScales, ActivationScale input) {
        float[] scales = new float[values.length];
        ByteBuffer integers = ByteBuffer.allocate(values.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int c = 0; c < values.length; c++) {
            scales[c] = input.scale() * weightScales[c];
            integers.putInt((int) Math.rint((double) values[c] / scales[c]));
        }
        Shape shape = Shape.of(values.length);
        return new Bias(
                Tensor.ofBytes(ElementType.INT32, integers.array(), shape), Tensor.ofFloats(scales, values.length));
    }
}
