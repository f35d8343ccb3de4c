package io.espalier.pruning.onnx;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.GraphBuilder;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Shape;
import io.espalier.pruning.graph.Shapes;
import io.espalier.pruning.graph.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Replaces computed shapes ({@code Shape -> Gather -> Concat -> Reshape}, as exporters write {@code x.view(x.size(0),
 * -1)}) by constants.
 *
 * <p>Values are followed with the batch as {@link Shape#BATCH}; a Reshape that would set it copies it (0) instead.
 */
final class ShapeArithmetic {
    private static final int MAX_PASSES = 100;

    private ShapeArithmetic() {}

    static Graph fold(Graph graph) {
        Graph current = graph;
        for (int pass = 0; pass < MAX_PASSES && hasShapeNodes(current); pass++) {
            Graph folded = onePass(current);
            if (folded.equals(current)) {
                return current;
            }
            current = folded;
        }
        return current;
    }

    private static boolean hasShapeNodes(Graph graph) {
        return graph.nodes().stream().anyMatch(node -> node.is("Shape"));
    }

    private static Graph onePass(Graph graph) {
        Map<String, IntegerValue> values = values(graph, Shapes.infer(graph));
        GraphBuilder builder = graph.toBuilder();
        List<Node> nodes = new ArrayList<>();
        for (Node node : graph.nodes()) {
            nodes.add(values.containsKey(node.output()) ? node : withConstants(node, values, builder));
        }
        return withoutUnread(builder.nodes(nodes).build(), values.keySet());
    }

    private static Map<String, IntegerValue> values(Graph graph, Shapes shapes) {
        Map<String, IntegerValue> values = new HashMap<>();
        graph.initializers().forEach((name, tensor) -> IntegerValue.of(tensor).ifPresent(v -> values.put(name, v)));
        Map<String, IntegerValue> computed = new HashMap<>();
        for (Node node : graph.nodes()) {
            Optional<Shape> input = node.inputs().isEmpty() ? Optional.empty() : shapes.find(node.input());
            IntegerValue.evaluate(node, input, values).ifPresent(value -> {
                values.put(node.output(), value);
                computed.put(node.output(), value);
            });
        }
        return computed;
    }

    private static Node withConstants(Node node, Map<String, IntegerValue> values, GraphBuilder builder) {
        List<String> inputs = new ArrayList<>(node.inputs());
        for (int i = 0; i < inputs.size(); i++) {
            IntegerValue value = values.get(inputs.get(i));
            if (value == null) {
                continue;
            }
            long[] numbers = value.numbers();
            if (node.is("Reshape") && i == 1 && numbers.length > 0 && numbers[0] == Shape.BATCH && value.hasBatch()) {
                numbers[0] = 0;
            } else if (value.hasBatch()) {
                continue;
            }
            String name = node.name() + "_folded" + i;
            builder.initializer(name, value.isScalar() ? Tensor.ofLongs(numbers) : Tensor.vector(numbers));
            inputs.set(i, name);
        }
        return node.withInputs(inputs);
    }

    private static Graph withoutUnread(Graph graph, Set<String> foldable) {
        Set<String> read = new HashSet<>();
        graph.outputs().forEach(output -> read.add(output.name()));
        List<Node> kept = new ArrayList<>();
        for (int i = graph.nodes().size() - 1; i >= 0; i--) {
            Node node = graph.nodes().get(i);
            if (!foldable.contains(node.output()) || read.contains(node.output())) {
                read.addAll(node.inputs());
                kept.add(0, node);
            }
        }
        return graph.toBuilder().nodes(kept).dropUnusedInitializers().build();
    }
}
