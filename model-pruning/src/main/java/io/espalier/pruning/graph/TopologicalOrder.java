package io.espalier.pruning.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.Collectors;

/** Checks that tensors have one source each and puts nodes after what they read, keeping the given order if it will do. */
final class TopologicalOrder {
    private final List<Node> nodes;
    private final List<List<Integer>> readers = new ArrayList<>();
    /** For each node, how many of its inputs come from nodes that are not sorted yet. */
    private final int[] waitsFor;

    private final Map<String, Integer> places = new HashMap<>();

    private TopologicalOrder(List<Node> nodes) {
        this.nodes = nodes;
        this.waitsFor = new int[nodes.size()];
    }

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

    /** Of all orders that will do, the one that lists early nodes first. Cost: O(edges + nodes log nodes). */
    static List<Node> sort(List<Node> nodes, Map<String, Node> producers, Set<String> sources) {
        TopologicalOrder order = new TopologicalOrder(nodes);
        order.link(producers, sources);
        return order.sorted(producers);
    }

    private void link(Map<String, Node> producers, Set<String> sources) {
        for (int place = 0; place < nodes.size(); place++) {
            places.put(nodes.get(place).name(), place);
            readers.add(new ArrayList<>());
        }
        for (int place = 0; place < nodes.size(); place++) {
            for (String input : nodes.get(place).inputs()) {
                if (input.isEmpty() || sources.contains(input)) {
                    continue;
                }
                Node producer = producers.get(input);
                if (producer == null) {
                    throw new InvalidModelException(
                            "Input '" + input + "' of " + nodes.get(place).label()
                                    + " is produced by no node and is neither a graph input nor an initializer.");
                }
                readers.get(place(producer)).add(place);
                waitsFor[place]++;
            }
        }
    }

    private List<Node> sorted(Map<String, Node> producers) {
        PriorityQueue<Integer> ready = new PriorityQueue<>();
        for (int place = 0; place < nodes.size(); place++) {
            if (waitsFor[place] == 0) {
                ready.add(place);
            }
        }
        List<Node> sorted = new ArrayList<>(nodes.size());
        for (Integer place = ready.poll(); place != null; place = ready.poll()) {
            sorted.add(nodes.get(place));
            for (int reader : readers.get(place)) {
                if (--waitsFor[reader] == 0) {
                    ready.add(reader);
                }
            }
        }
        if (sorted.size() < nodes.size()) {
            throw cycle(producers);
        }
        return List.copyOf(sorted);
    }

    /** Walks from a node that was never ready to what it waits for, until a node comes up again. */
    private InvalidModelException cycle(Map<String, Node> producers) {
        List<Node> walk = new ArrayList<>();
        Set<Node> seen = new HashSet<>();
        Node current = nodes.stream()
                .filter(node -> waitsFor[place(node)] > 0)
                .findFirst()
                .orElseThrow();
        while (seen.add(current)) {
            walk.add(current);
            current = current.inputs().stream()
                    .map(producers::get)
                    .filter(node -> node != null && waitsFor[place(node)] > 0)
                    .findFirst()
                    .orElseThrow();
        }
        String labels = walk.subList(walk.indexOf(current), walk.size()).stream()
                .limit(8)
                .map(Node::label)
                .collect(Collectors.joining(", "));
        return new InvalidModelException("The graph has a cycle through " + labels
                + ". Espalier prunes feed-forward networks only; unroll the loop when exporting.");
    }

    private int place(Node node) {
        return Objects.requireNonNull(places.get(node.name()));
    }
}
