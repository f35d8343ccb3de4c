package io.espalier.pruning.training;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Shape;
import io.espalier.pruning.graph.Window;
import java.util.Arrays;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.jspecify.annotations.Nullable;

/** Translates MaxPool and AveragePool over images. */
final class Pooling {
    private Pooling() {}

    static SubsamplingLayer layer(Graph graph, Node node, Shape in) {
        Window window = Window.of(graph, node, in);
        if (window.kernel().length != 2 || Arrays.stream(window.dilations()).anyMatch(d -> d != 1)) {
            throw Lowering.untrainable(node, "pools over something else than images, or with dilation");
        }
        boolean average = node.is("AveragePool");
        for (int a = 0; a < 2; a++) {
            int room = in.dim(2 + a) + window.padsBegin()[a] + window.padsEnd()[a] - window.kernel()[a];
            if (window.ceil() && room % window.strides()[a] != 0) {
                throw Lowering.untrainable(node, "has a last incomplete window (ceil_mode)");
            }
        }
        boolean symmetric = Arrays.equals(window.padsBegin(), window.padsEnd());
        SubsamplingLayer layer = new SubsamplingLayer.Builder(
                        average ? SubsamplingLayer.PoolingType.AVG : SubsamplingLayer.PoolingType.MAX)
                .kernelSize(window.kernel())
                .stride(window.strides())
                .padding(symmetric ? window.padsBegin() : new int[2])
                .convolutionMode(ConvolutionMode.Truncate)
                .build();
        layer.setAvgPoolIncludePadInDivisor(node.intAttribute("count_include_pad", 0) == 1);
        return layer;
    }

    /** Zeros to add beforehand, where the pads differ between the sides. */
    static @Nullable Region padding(Graph graph, Node node, Shape in) {
        Window window = Window.of(graph, node, in);
        int[] begin = window.padsBegin();
        int[] end = window.padsEnd();
        if (Arrays.equals(begin, end)) {
            return null;
        }
        boolean zerosDoNotMatter = node.is("AveragePool")
                ? node.intAttribute("count_include_pad", 0) == 1
                : graph.producer(node.input())
                        .filter(before -> before.is("Relu"))
                        .isPresent();
        if (!zerosDoNotMatter) {
            throw Lowering.untrainable(node, "has different pads on its sides");
        }
        return Region.pad(new int[] {in.dim(1), in.dim(2), in.dim(3)}, new int[] {0, begin[0], begin[1]}, new int[] {
            0, end[0], end[1]
        });
    }
}
