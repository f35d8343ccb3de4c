package io.espalier.pruning.training;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Shape;
import io.espalier.pruning.graph.Shapes;
import io.espalier.pruning.graph.Tensor;
import io.espalier.pruning.graph.Window;
import java.util.Arrays;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;

/** Translates plain, depthwise and grouped convolutions over images, whatever their pads. */
final class ConvolutionLowering {
    private final Lowering lowering;
    private final Graph graph;
    private final Shapes shapes;

    ConvolutionLowering(Lowering lowering, Graph graph, Shapes shapes) {
        this.lowering = lowering;
        this.graph = graph;
        this.shapes = shapes;
    }

    void lower(Node node) {
        Shape in = shapes.of(node.input());
        Tensor weights = lowering.weights(node, 1);
        if (in.rank() != 4 || weights.shape().rank() != 4) {
            throw Lowering.untrainable(node, "is not over images (its input is " + in + ")");
        }
        Window window = Window.of(graph, node, in);
        int groups = (int) node.intAttribute("group", 1);
        Pads pads = Pads.of(window, in);
        String from = lowering.vertex(node.input());
        if (pads.explicit() != null) {
            from = lowering.addVertex(new SelectionVertex(pads.explicit()), from);
        }
        if (groups == 1 && lowering.normalises(node, weights.shape().dim(0))) {
            normalised(node, weights, window, pads, from);
        } else if (groups == 1) {
            Node relu = lowering.followingRelu(node);
            String layer = lowering.addLayer(node, plain(weights.shape(), window, pads, node, relu != null), from);
            link(node, weights, layer, 0, weights.shape().dim(0));
            lowering.absorb(relu, layer);
        } else if (groups == in.dim(1)) {
            depthwise(node, weights, window, pads, from);
        } else {
            grouped(node, weights, window, pads, from, groups);
        }
    }

    private void normalised(Node node, Tensor weights, Window window, Pads pads, String from) {
        Node relu = lowering.followingRelu(node);
        int channels = weights.shape().dim(0);
        String layer = lowering.addLayer(
                node, convolution(weights.shape(), window, pads).hasBias(false).build(), from);
        linkWeights(node, weights, layer, 0, channels);
        String norm = lowering.addLayer(node, new Normalisation(channels, relu != null), layer);
        lowering.normalised(new NormalisedConvolution(
                layer, norm, node.inputs().get(1), node.inputs().get(2)));
        lowering.absorb(relu, norm);
    }

    private ConvolutionLayer plain(Shape weights, Window window, Pads pads, Node node, boolean relu) {
        return convolution(weights, window, pads)
                .hasBias(node.input(2).isPresent())
                .activation(relu ? Activation.RELU : Activation.IDENTITY)
                .build();
    }

    private static ConvolutionLayer.Builder convolution(Shape weights, Window window, Pads pads) {
        return new ConvolutionLayer.Builder(window.kernel())
                .stride(window.strides())
                .dilation(window.dilations())
                .padding(pads.symmetric())
                .convolutionMode(pads.mode())
                .nIn(weights.dim(1))
                .nOut(weights.dim(0))
                .activation(Activation.IDENTITY);
    }

    private void depthwise(Node node, Tensor weights, Window window, Pads pads, String from) {
        int channels = shapes.of(node.input()).dim(1);
        int out = weights.shape().dim(0);
        boolean bias = lowering.hasBias(node, out);
        DepthwiseConvolution2D layer = new DepthwiseConvolution2D.Builder()
                .kernelSize(window.kernel())
                .stride(window.strides())
                .dilation(window.dilations())
                .padding(pads.symmetric())
                .convolutionMode(pads.mode())
                .depthMultiplier(out / channels)
                .nIn(channels)
                .nOut(out)
                .hasBias(bias)
                .activation(Activation.IDENTITY)
                .build();
        String name = lowering.addLayer(node, layer, from);
        lowering.link(new ParameterLink(
                name,
                "W",
                node.inputs().get(1),
                0,
                weights.elements(),
                new ParameterLink.Order.Transposed(out),
                lowering.weightFactor(node)));
        if (bias) {
            lowering.link(
                    new ParameterLink(name, "b", node.inputs().get(2), 0, out, new ParameterLink.Order.Same(), 1));
        }
    }

    private void grouped(Node node, Tensor weights, Window window, Pads pads, String from, int groups) {
        int inEach = weights.shape().dim(1);
        int outEach = weights.shape().dim(0) / groups;
        String[] parts = new String[groups];
        for (int g = 0; g < groups; g++) {
            String part = lowering.addVertex(new SubsetVertex(g * inEach, (g + 1) * inEach - 1), from);
            parts[g] =
                    lowering.addLayer(node, plain(weights.shape().with(0, outEach), window, pads, node, false), part);
            link(node, weights, parts[g], g * outEach, outEach);
        }
        lowering.bind(node.output(), lowering.addVertex(new MergeVertex(), parts));
    }

    private void link(Node node, Tensor weights, String layer, int firstChannel, int channels) {
        linkWeights(node, weights, layer, firstChannel, channels);
        if (lowering.hasBias(node, weights.shape().dim(0))) {
            lowering.link(new ParameterLink(
                    layer, "b", node.inputs().get(2), firstChannel, channels, new ParameterLink.Order.Same(), 1));
        }
    }

    private void linkWeights(Node node, Tensor weights, String layer, int firstChannel, int channels) {
        int each = weights.elements() / weights.shape().dim(0);
        lowering.link(new ParameterLink(
                layer,
                "W",
                node.inputs().get(1),
                firstChannel * each,
                channels * each,
                new ParameterLink.Order.Same(),
                lowering.weightFactor(node)));
    }

    /**
     * How DL4J can pad: by the same amount on both sides, as TensorFlow's SAME does, or, for all else, beforehand.
     *
     * @param explicit zeros to add before the convolution, which then has no pads
     */
    @SuppressWarnings("ArrayRecordComponent")
    private record Pads(
            ConvolutionMode mode, int[] symmetric, @Nullable Region explicit) {
        static Pads of(Window window, Shape in) {
            int[] begin = window.padsBegin();
            int[] end = window.padsEnd();
            if (Arrays.equals(begin, end)) {
                return new Pads(ConvolutionMode.Truncate, begin, null);
            }
            if (isSameUpper(window, in)) {
                return new Pads(ConvolutionMode.Same, new int[2], null);
            }
            Region region = Region.pad(
                    new int[] {in.dim(1), in.dim(2), in.dim(3)},
                    new int[] {0, begin[0], begin[1]},
                    new int[] {0, end[0], end[1]});
            return new Pads(ConvolutionMode.Truncate, new int[2], region);
        }

        private static boolean isSameUpper(Window window, Shape in) {
            for (int a = 0; a < 2; a++) {
                int extent = in.dim(2 + a);
                int stride = window.strides()[a];
                int steps = (extent + stride - 1) / stride;
                int span = (window.kernel()[a] - 1) * window.dilations()[a] + 1;
                int total = Math.max(0, (steps - 1) * stride + span - extent);
                if (window.padsBegin()[a] != total / 2 || window.padsEnd()[a] != total - total / 2) {
                    return false;
                }
            }
            return true;
        }
    }
}
