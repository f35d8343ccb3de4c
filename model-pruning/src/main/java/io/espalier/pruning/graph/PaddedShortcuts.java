package io.espalier.pruning.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Turns parameter-free shortcuts (a strided Slice, zero channels padded around) into 1x1 convolutions of zeros and ones.
 *
 * <p>The function is the same, exactly. The convolution costs a few MACs, but can be pruned to any widths without a
 * Gather, is trained like any other layer, and keeps a runtime in its blocked memory layout.
 *
 * <p>Source: He et al. 2016, "Deep Residual Learning for Image Recognition", section 3.3, options A (padding) and B
 * (projection).
 */
public final class PaddedShortcuts {
    private PaddedShortcuts() {}

    /** The same function without padded shortcuts; the convolutions take the names of the Pads. */
    public static Graph toConvolutions(Graph graph) {
        Shapes shapes = Shapes.infer(graph);
        GraphBuilder builder = graph.toBuilder();
        Map<String, Node> replaced = new HashMap<>();
        Set<String> dropped = new HashSet<>();
        for (Node pad : graph.nodes()) {
            Optional<int[]> zeros = channelPad(graph, pad, shapes);
            if (zeros.isEmpty()) {
                continue;
            }
            Optional<Node> slice = graph.producer(pad.input()).filter(node -> isStride(graph, node, shapes));
            slice.filter(node -> graph.consumers(node.output()).size() == 1)
                    .ifPresent(node -> dropped.add(node.name()));
            replaced.put(pad.name(), convolution(graph, pad, slice, zeros.get(), shapes, builder));
        }
        List<Node> nodes = new ArrayList<>();
        for (Node node : graph.nodes()) {
            if (!dropped.contains(node.name())) {
                nodes.add(replaced.getOrDefault(node.name(), node));
            }
        }
        return builder.nodes(nodes).dropUnusedInitializers().build();
    }

    /** The zeros before and after the channels, where a node pads nothing else and with nothing else. */
    private static Optional<int[]> channelPad(Graph graph, Node node, Shapes shapes) {
        int rank = node.inputs().isEmpty()
                ? 0
                : shapes.find(node.input()).map(Shape::rank).orElse(0);
        if (!node.is("Pad") || rank != 4 || !Operands.padsWithZero(graph, node)) {
            return Optional.empty();
        }
        int[] pads = Operands.pads(graph, node, rank);
        long others = Arrays.stream(pads).filter(amount -> amount != 0).count()
                - (pads[1] != 0 ? 1 : 0)
                - (pads[1 + rank] != 0 ? 1 : 0);
        boolean grows = pads[1] >= 0 && pads[1 + rank] >= 0 && pads[1] + pads[1 + rank] > 0;
        return grows && others == 0 ? Optional.of(new int[] {pads[1], pads[1 + rank]}) : Optional.empty();
    }

    private static boolean isStride(Graph graph, Node node, Shapes shapes) {
        if (!node.is("Slice") || graph.isOutput(node.output())) {
            return false;
        }
        Shape input = shapes.of(node.input());
        SliceRange[] ranges = Operands.slices(graph, node, input);
        boolean channelsWhole = input.rank() == 4 && ranges[1].isWhole(input.dim(1));
        return channelsWhole && covers(ranges[2], input.dim(2)) && covers(ranges[3], input.dim(3));
    }

    private static boolean covers(SliceRange range, int extent) {
        return range.start() == 0 && range.step() > 0 && range.count() == (extent - 1) / range.step() + 1;
    }

    private static Node convolution(
            Graph graph, Node pad, Optional<Node> slice, int[] zeros, Shapes shapes, GraphBuilder builder) {
        int inputs = shapes.of(pad.input()).dim(1);
        int outputs = inputs + zeros[0] + zeros[1];
        float[] weights = new float[outputs * inputs];
        for (int channel = 0; channel < inputs; channel++) {
            weights[(zeros[0] + channel) * inputs + channel] = 1;
        }
        String weightsName = builder.unusedTensor(pad.name() + "_projection");
        builder.initializer(weightsName, Tensor.ofFloats(weights, outputs, inputs, 1, 1));
        int[] strides = slice.map(node -> {
                    SliceRange[] ranges = Operands.slices(graph, node, shapes.of(node.input()));
                    return new int[] {ranges[2].step(), ranges[3].step()};
                })
                .orElse(new int[] {1, 1});
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        attributes.put("kernel_shape", Attribute.ints(1, 1));
        attributes.put("strides", Attribute.ints(strides));
        String source = slice.map(Node::input).orElse(pad.input());
        return Node.of(pad.name(), "Conv", List.of(source, weightsName), pad.output(), attributes);
    }
}
