package io.espalier.pruning.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Leaves blocks out of a graph.
 *
 * <p>The result computes what the graph computes with each block's output replaced by its shortcut; for a residual block
 * that is the graph with the block's branch forced to zero. Nodes, constants and outputs that stay keep their names.
 */
public final class BlockDropper {
    private final Graph graph;
    /** What to read in place of each block's output. */
    private final Map<String, String> shortcuts = new LinkedHashMap<>();

    private BlockDropper(Graph graph) {
        this.graph = graph;
    }

    /**
     * The graph without the blocks.
     *
     * <p>Blocks may lie in a row or inside one another. They may have been found in this graph before channels were pruned
     * from it, where that left output and shortcut of the same shape.
     *
     * <p>Errors: {@link IllegalArgumentException} for a block that is not in the graph or no longer fits.
     */
    public static Graph drop(Graph graph, Collection<DroppableBlock> blocks) {
        if (blocks.isEmpty()) {
            return graph;
        }
        BlockDropper dropper = new BlockDropper(graph);
        Shapes shapes = Shapes.infer(graph);
        blocks.forEach(block -> dropper.take(block, shapes));
        return dropper.without();
    }

    private void take(DroppableBlock block, Shapes shapes) {
        boolean known = graph.producer(block.output()).isPresent()
                && shapes.find(block.output()).isPresent()
                && shapes.find(block.shortcut()).isPresent();
        if (!known) {
            throw new IllegalArgumentException("Block '" + block.name() + "' is not in this graph.");
        }
        Shape output = shapes.of(block.output());
        Shape shortcut = shapes.of(block.shortcut());
        if (!output.equals(shortcut)) {
            throw new IllegalArgumentException("Block '" + block.name() + "' makes " + output
                    + " but its shortcut has the shape " + shortcut + ". Drop it before pruning its channels.");
        }
        shortcuts.put(block.output(), block.shortcut());
        if (resolved(block.shortcut()).equals(block.output())) {
            throw new IllegalArgumentException("Block '" + block.name() + "' would read its own output.");
        }
    }

    private Graph without() {
        List<Node> nodes = new ArrayList<>();
        for (Node node : graph.nodes()) {
            if (!shortcuts.containsKey(node.output())) {
                List<String> inputs = new ArrayList<>(node.inputs());
                inputs.replaceAll(this::resolved);
                nodes.add(node.withInputs(inputs));
            } else if (graph.isOutput(node.output())) {
                String source = resolved(node.output());
                nodes.add(Node.of(node.name(), "Identity", List.of(source), node.output(), Map.of()));
            }
        }
        Set<String> idle = new HashSet<>();
        graph.nodes().forEach(node -> idle.add(node.name()));
        idle.removeAll(needed(graph.nodes(), Set.of()));
        Set<String> needed = needed(nodes, idle);
        nodes.removeIf(node -> !needed.contains(node.name()));
        GraphBuilder builder = graph.toBuilder().nodes(nodes);
        Set<String> made = new HashSet<>();
        nodes.forEach(node -> made.addAll(node.outputs()));
        builder.declared.keySet().retainAll(made);
        return builder.dropUnusedInitializers().build();
    }

    /** What to read in place of a tensor, behind however many blocks in a row. */
    private String resolved(String tensor) {
        String current = tensor;
        for (String next = shortcuts.get(current); next != null; next = shortcuts.get(current)) {
            current = next;
        }
        return current;
    }

    /** The names of the nodes that the outputs of the graph or these further nodes depend on. */
    private Set<String> needed(List<Node> nodes, Set<String> further) {
        Map<String, Node> producers = new HashMap<>();
        Deque<String> tensors = new ArrayDeque<>();
        graph.outputs().forEach(output -> tensors.push(output.name()));
        Set<String> needed = new HashSet<>(further);
        for (Node node : nodes) {
            node.outputs().forEach(output -> producers.put(output, node));
            if (further.contains(node.name())) {
                node.inputs().forEach(tensors::push);
            }
        }
        while (!tensors.isEmpty()) {
            Node producer = producers.get(tensors.pop());
            if (producer != null && needed.add(producer.name())) {
                producer.inputs().forEach(tensors::push);
            }
        }
        return needed;
    }
}
