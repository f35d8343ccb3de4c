package io.espalier.pruning.onnx;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.GraphBuilder;
import io.espalier.pruning.graph.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Removes Identity and Dropout, which pass their input on at inference. */
final class PassThroughs {
    private PassThroughs() {}

    static Graph remove(Graph graph) {
        Map<String, String> aliases = new HashMap<>();
        Map<String, String> outputNames = new HashMap<>();
        List<Node> kept = new ArrayList<>();
        for (Node node : graph.nodes()) {
            Node current = renamed(node, aliases);
            if (!passesThrough(graph, node)) {
                kept.add(current);
            } else if (!graph.isOutput(node.output())) {
                aliases.put(node.output(), current.input());
            } else if (mayCarryOutputName(graph, current.input(), outputNames)) {
                outputNames.put(current.input(), node.output());
            } else {
                kept.add(new Node(
                        node.name(), "Identity", "", List.of(current.input()), List.of(node.output()), Map.of()));
            }
        }
        GraphBuilder builder = graph.toBuilder();
        builder.nodes(
                kept.stream().map(node -> withOutputNames(node, outputNames)).toList());
        return builder.dropUnusedInitializers().build();
    }

    private static boolean passesThrough(Graph graph, Node node) {
        boolean maskUnused = node.outputs().stream()
                .skip(1)
                .allMatch(output -> output.isEmpty() || (graph.consumers(output).isEmpty() && !graph.isOutput(output)));
        return (node.is("Identity") || node.is("Dropout")) && node.input(0).isPresent() && maskUnused;
    }

    private static boolean mayCarryOutputName(Graph graph, String tensor, Map<String, String> outputNames) {
        return graph.producer(tensor).isPresent() && !graph.isOutput(tensor) && !outputNames.containsKey(tensor);
    }

    private static Node renamed(Node node, Map<String, String> aliases) {
        List<String> inputs = new ArrayList<>(node.inputs());
        inputs.replaceAll(input -> aliases.getOrDefault(input, input));
        return node.withInputs(inputs);
    }

    private static Node withOutputNames(Node node, Map<String, String> outputNames) {
        List<String> outputs = new ArrayList<>(node.outputs());
        outputs.replaceAll(output -> outputNames.getOrDefault(output, output));
        return renamed(node, outputNames).withOutputs(outputs);
    }
}
