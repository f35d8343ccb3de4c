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

/** Finds the additions in which a layer has the last word. */
final class Sums {
    private Sums() {}

    /**
     * The sum that the layer's output goes into and into nothing else, if every layer behind the other summand comes
     * before this one and so is fitted already; else the layer's output.
     *
     * <p><b>Source:</b> He, Zhang and Sun 2017, section 3.2, "Last layer of residual branch".
     */
    static String comparedTensor(Graph graph, Shapes shapes, Node layer) {
        String output = layer.output();
        List<Node> readers = graph.consumers(output);
        if (readers.size() != 1 || !readers.get(0).is("Add") || graph.isOutput(output)) {
            return output;
        }
        Node sum = readers.get(0);
        Optional<String> other = sum.inputs().stream()
                .filter(input -> !input.equals(output) && graph.producer(input).isPresent())
                .findFirst();
        boolean sameShape = shapes.of(sum.output()).equals(shapes.of(output));
        return sameShape && other.isPresent() && isSettled(graph, other.get(), layer) ? sum.output() : output;
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
