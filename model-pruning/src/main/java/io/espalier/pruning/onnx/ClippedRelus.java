package io.espalier.pruning.onnx;

import io.espalier.pruning.graph.Attribute;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.GraphBuilder;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Operands;
import io.espalier.pruning.graph.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Makes one Clip of a Relu and a Clip that alone reads it (relu6 in two steps), so that runtimes can fuse it. */
final class ClippedRelus {
    private ClippedRelus() {}

    static Graph toClips(Graph graph) {
        GraphBuilder builder = graph.toBuilder();
        Set<String> merged = new HashSet<>();
        List<Node> nodes = new ArrayList<>();
        for (Node node : graph.nodes()) {
            Optional<Node> relu = node.is("Clip") && hasConstantBounds(graph, node)
                    ? graph.producer(node.input()).filter(producer -> isOnlyRead(graph, producer))
                    : Optional.empty();
            if (relu.isPresent()) {
                merged.add(relu.get().name());
                nodes.add(clip(graph, node, relu.get(), builder));
            } else {
                nodes.add(node);
            }
        }
        nodes.removeIf(node -> merged.contains(node.name()));
        return builder.nodes(nodes).dropUnusedInitializers().build();
    }

    private static boolean isOnlyRead(Graph graph, Node node) {
        return node.is("Relu") && graph.consumers(node.output()).size() == 1 && !graph.isOutput(node.output());
    }

    private static boolean hasConstantBounds(Graph graph, Node node) {
        return node.inputs().stream()
                .skip(1)
                .allMatch(bound -> bound.isEmpty()
                        || graph.initializer(bound).filter(Tensor::isFloat).isPresent());
    }

    private static Node clip(Graph graph, Node node, Node relu, GraphBuilder builder) {
        float[] bounds = Operands.clipBounds(graph, node);
        float low = Math.max(0, bounds[0]);
        if (graph.opset() < 11) {
            Map<String, Attribute> attributes = new LinkedHashMap<>(node.attributes());
            attributes.put("min", Attribute.of(low));
            return Node.of(node.name(), "Clip", List.of(relu.input()), node.output(), attributes);
        }
        String name = builder.unusedTensor(node.name() + "_low");
        builder.initializer(name, Tensor.ofFloats(new float[] {low}));
        List<String> inputs = new ArrayList<>(List.of(relu.input(), name));
        node.input(2).ifPresent(inputs::add);
        return Node.of(node.name(), "Clip", inputs, node.output(), Map.of());
    }
}
