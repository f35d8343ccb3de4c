package io.espalier.pruning.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds layers that can be left out because what they read and what they make have the same shape: a Conv (of stride 1, as
 * many channels out as in), Gemm or MatMul with its batch normalisation and its activation.
 *
 * <p>The identity takes their place, so the layers before and behind come to share their channels. Leave layers out
 * before channels are pruned: afterwards equal shapes need not mean the same channels.
 *
 * <p>Source: Chen and Zhao 2019, "Shallowing Deep Networks: Layer-Wise Pruning Based on Feature Representations",
 * section 3.
 */
public final class ChainLayers {
    private static final Set<String> ACTIVATIONS = Set.of(
            "Relu",
            "LeakyRelu",
            "PRelu",
            "Elu",
            "Selu",
            "Celu",
            "Clip",
            "Sigmoid",
            "HardSigmoid",
            "HardSwish",
            "Tanh",
            "Softplus",
            "Softsign",
            "Gelu",
            "Mish");

    private ChainLayers() {}

    /** {@link #find(DependencyGroups)} for a graph whose groups are not at hand. */
    public static List<DroppableBlock> find(Graph graph) {
        return find(DependencyGroups.of(graph));
    }

    /** The layers in topological order, each named after its Conv, Gemm or MatMul. */
    public static List<DroppableBlock> find(DependencyGroups groups) {
        return groups.graph().nodes().stream()
                .filter(Operators::isLayer)
                .flatMap(layer -> at(groups, layer).stream())
                .toList();
    }

    private static Optional<DroppableBlock> at(DependencyGroups groups, Node layer) {
        Graph graph = groups.graph();
        Optional<Shape> input = groups.shapes().find(layer.input());
        boolean sameShape = input.isPresent()
                && input.equals(groups.shapes().find(layer.output()))
                && graph.initializer(layer.input()).isEmpty();
        if (!sameShape || graph.constantInput(layer, 1).isEmpty()) {
            return Optional.empty();
        }
        List<String> nodes = new ArrayList<>(List.of(layer.name()));
        Optional<Node> next = onlyReader(graph, layer);
        if (next.filter(node -> node.is("BatchNormalization")).isPresent()) {
            nodes.add(next.get().name());
            next = onlyReader(graph, next.get());
        }
        return next.filter(node -> isActivation(graph, node)).map(activation -> {
            nodes.add(activation.name());
            return DroppableBlock.of(groups, layer.name(), activation.output(), layer.input(), nodes);
        });
    }

    private static boolean isActivation(Graph graph, Node node) {
        return node.domain().isEmpty()
                && ACTIVATIONS.contains(node.opType())
                && graph.initializer(node.input()).isEmpty()
                && node.inputs().stream()
                        .skip(1)
                        .allMatch(operand ->
                                operand.isEmpty() || graph.initializer(operand).isPresent());
    }

    private static Optional<Node> onlyReader(Graph graph, Node node) {
        List<Node> readers = graph.consumers(node.output());
        return readers.size() == 1 && !graph.isOutput(node.output()) ? Optional.of(readers.get(0)) : Optional.empty();
    }
}
