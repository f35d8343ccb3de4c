package io.espalier.pruning.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Checks that tensors have one source each and puts nodes after what they read, keeping the given order if it will do. */
final class TopologicalOrder {
    private TopologicalOrder() {}

    static Map<String, Node> producers(List<Node> nodes, Set<String> sources) {
        Map<String, Node> producers = new HashMap<>();
        Set<String> names = new HashSet<>();
        for (Node node : nodes) {
            if (!names.add(node.name())) {
                throw new InvalidModelException("Two nodes are named '" + node.name() + "'.");
            }
            for (String output : node.outputs()) {
                if (!output.isEmpty() && (sources.contains(output) || producers.put(output, node) != null)) {
                    throw new InvalidModelException(
                            "Tensor '" + output + "' has two sources; one of them is " + node.label() + ".");
                }
            }
        }
        return producers;
    }

    /** Cost: O(nodes + edges) for sorted input, one more pass per inversion otherwise. */
    static List<Node> sort(List<Node> nodes, Map<String, Node> producers, Set<String> sources) {
        Set<String> known = new HashSet<>(sources);
        known.add("");
        List<Node> sorted = new ArrayList<>(nodes.size());
        List<Node> waiting = nodes;
        while (!waiting.isEmpty()) {
            List<Node> later = new ArrayList<>();
            for (Node node : waiting) {
                if (known.containsAll(node.inputs())) {
                    known.addAll(node.outputs());
                    sorted.add(node);
                } else {
                    later.add(node);
                }
            }
            if (later.size() == waiting.size()) {
                throw stuck(later, producers, known);
            }
            waiting = later;
        }
        return List.copyOf(sorted);
    }

    private static InvalidModelException stuck(List<Node> stuck, Map<String, Node> producers, Set<String> known) {
        for (Node node : stuck) {
            for (String input : node.inputs()) {
                if (!known.contains(input) && !producers.containsKey(input)) {
                    return new InvalidModelException("Input '" + input + "' of " + node.label()
                            + " is produced by no node and is neither a graph input nor an initializer.");
                }
            }
        }
        String labels = stuck.stream().limit(8).map(Node::label).collect(Collectors.joining(", "));
        return new InvalidModelException("The graph has a cycle through " + labels
                + ". Espalier prunes feed-forward networks only; unroll the loop when exporting.");
    }
}
