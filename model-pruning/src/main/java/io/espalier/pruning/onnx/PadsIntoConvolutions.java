package io.espalier.pruning.onnx;

import io.espalier.pruning.graph.Attribute;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.GraphBuilder;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Operands;
import io.espalier.pruning.graph.Shapes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Lets a convolution pad for itself where a Pad with zeros around height and width stands before it and nothing else. */
final class PadsIntoConvolutions {
    private final Graph graph;
    private final Shapes shapes;

    private PadsIntoConvolutions(Graph graph) {
        this.graph = graph;
        this.shapes = Shapes.infer(graph);
    }

    static Graph merge(Graph graph) {
        return graph.nodes().stream().anyMatch(node -> node.is("Pad"))
                ? new PadsIntoConvolutions(graph).merge()
                : graph;
    }

    private Graph merge() {
        Set<String> merged = new HashSet<>();
        List<Node> nodes = new ArrayList<>();
        for (Node node : graph.nodes()) {
            Optional<Node> pad = node.is("Conv") && padsItself(node)
                    ? graph.producer(node.input()).filter(this::padsOnlySpace)
                    : Optional.empty();
            if (pad.isPresent()) {
                merged.add(pad.get().name());
                nodes.add(padded(node, pad.get()));
            } else {
                nodes.add(node);
            }
        }
        nodes.removeIf(node -> merged.contains(node.name()));
        GraphBuilder builder = graph.toBuilder();
        return builder.nodes(nodes).dropUnusedInitializers().build();
    }

    private static boolean padsItself(Node convolution) {
        String automatic = convolution.stringAttribute("auto_pad", "NOTSET");
        return automatic.equals("NOTSET") || automatic.equals("VALID");
    }

    private boolean padsOnlySpace(Node pad) {
        if (!pad.is("Pad")
                || shapes.find(pad.output()).isEmpty()
                || graph.consumers(pad.output()).size() != 1
                || graph.isOutput(pad.output())
                || !Operands.padsWithZero(graph, pad)) {
            return false;
        }
        int rank = shapes.of(pad.input()).rank();
        int[] pads = Operands.pads(graph, pad, rank);
        boolean channelsWhole = pads[0] == 0 && pads[1] == 0 && pads[rank] == 0 && pads[rank + 1] == 0;
        return channelsWhole && Arrays.stream(pads).allMatch(amount -> amount >= 0);
    }

    private Node padded(Node convolution, Node pad) {
        int rank = shapes.of(pad.input()).rank();
        int axes = rank - 2;
        int[] outer = Operands.pads(graph, pad, rank);
        boolean own = convolution.stringAttribute("auto_pad", "NOTSET").equals("NOTSET");
        int[] pads = own
                ? convolution.intsAttribute("pads").orElse(new int[2 * axes]).clone()
                : new int[2 * axes];
        for (int axis = 0; axis < axes; axis++) {
            pads[axis] = Math.addExact(pads[axis], outer[2 + axis]);
            pads[axes + axis] = Math.addExact(pads[axes + axis], outer[rank + 2 + axis]);
        }
        Map<String, Attribute> attributes = new LinkedHashMap<>(convolution.attributes());
        attributes.remove("auto_pad");
        attributes.put("pads", Attribute.ints(pads));
        List<String> inputs = new ArrayList<>(convolution.inputs());
        inputs.set(0, pad.input());
        return new Node(convolution.name(), "Conv", "", inputs, convolution.outputs(), attributes);
    }
}
