package io.espalier.pruning.reconstruction;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Operators;
import io.espalier.pruning.graph.Shapes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where a layer of the pruned network is held against the same layer of the unpruned one.
 *
 * @param tensor of the layer's output shape, in both networks
 * @param bounds what becomes of it next
 */
record Comparison(String tensor, Bounds bounds) {

    /**
     * Where the result is used: at the sum it goes into and into nothing else, if every layer behind the other summand
     * comes before this one and so is fitted already; within the bounds of the activation behind it.
     *
     * <p><b>Source:</b> He, Zhang and Sun 2017, section 3.2, "Last layer of residual branch".
     */
    static Comparison whereUsed(Graph graph, Shapes shapes, Node layer) {
        String tensor = sum(graph, shapes, layer).orElse(layer.output());
        return new Comparison(tensor, Bounds.of(graph, tensor));
    }

    private static Optional<String> sum(Graph graph, Shapes shapes, Node layer) {
        String output = layer.output();
        List<Node> readers = graph.consumers(output);
        if (readers.size() != 1 || !readers.get(0).is("Add") || graph.isOutput(output)) {
            return Optional.empty();
        }
        Node sum = readers.get(0);
        boolean sameShape = shapes.of(sum.output()).equals(shapes.of(output));
        boolean settled = sum.inputs().stream()
                .filter(input -> !input.equals(output))
                .anyMatch(other -> graph.producer(other).isPresent() && isSettled(graph, other, layer));
        return sameShape && settled ? Optional.of(sum.output()) : Optional.empty();
    }

    private static boolean isSettled(Graph graph, String tensor, Node layer) {
        int turn = graph.nodes().indexOf(layer);
        Set<Node> seen = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(tensor));
        while (!open.isEmpty()) {
            Optional<Node> producer = graph.producer(open.pop()).filter(seen::add);
            if (producer.isPresent()) {
                if (Operators.isLayer(producer.get()) && graph.nodes().indexOf(producer.get()) >= turn) {
                    return false;
                }
                open.addAll(producer.get().inputs());
            }
        }
        return true;
    }
}
