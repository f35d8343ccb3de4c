package io.espalier.pruning.quantisation;

import io.espalier.pruning.graph.Graph;
import java.util.HashSet;
import java.util.Set;

/** Names for new tensors and nodes that no tensor and no node of a graph has. */
final class FreshNames {
    private final Set<String> taken = new HashSet<>();

    FreshNames(Graph graph) {
        graph.inputs().forEach(input -> taken.add(input.name()));
        taken.addAll(graph.initializers().keySet());
        graph.nodes().forEach(node -> {
            taken.add(node.name());
            taken.addAll(node.outputs());
        });
    }

    /** This name, with underscores behind it where it is taken. */
    String like(String name) {
        String fresh = name;
        while (!taken.add(fresh)) {
            fresh += "_";
        }
        return fresh;
    }
}
