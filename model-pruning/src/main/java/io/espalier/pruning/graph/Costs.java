package io.espalier.pruning.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a graph costs per inference of one sample.
 *
 * @param macs multiply-accumulates
 * @param parameters trained scalars: weights, biases, batch-norm scale and shift (running statistics are not trained)
 * @param weightBytes bytes of all constants
 * @param activationBytes bytes of every tensor the nodes write
 * @param peakActivationBytes the most bytes of activations alive at once when nodes run in order
 * @param nodes the cost of each node, in topological order
 */
public record Costs(
        long macs,
        long parameters,
        long weightBytes,
        long activationBytes,
        long peakActivationBytes,
        List<NodeCost> nodes) {
    private static final int FLOAT_BYTES = 4;
    private static final Set<String> CARRIES_NO_PARAMETERS = Set.of("Clip", "Pad", "Slice", "Reshape", "Gather");

    public Costs {
        nodes = List.copyOf(nodes);
    }

    /** Counts a graph; shapes are inferred on the way. */
    public static Costs of(Graph graph) {
        return of(graph, Shapes.infer(graph));
    }

    /** Counts a graph whose shapes are known already. */
    public static Costs of(Graph graph, Shapes shapes) {
        List<NodeCost> nodes = new ArrayList<>();
        Set<String> counted = new HashSet<>();
        for (Node node : graph.nodes()) {
            nodes.add(new NodeCost(
                    node.name(),
                    node.opType(),
                    macs(node, shapes),
                    parameters(graph, node, counted),
                    activationBytes(graph, node.inputs(), shapes),
                    activationBytes(graph, node.outputs(), shapes)));
        }
        return new Costs(
                nodes.stream().mapToLong(NodeCost::macs).sum(),
                nodes.stream().mapToLong(NodeCost::parameters).sum(),
                graph.initializers().values().stream()
                        .mapToLong(Tensor::sizeBytes)
                        .sum(),
                nodes.stream().mapToLong(NodeCost::outputBytes).sum(),
                peak(graph, shapes),
                nodes);
    }

    private static long macs(Node node, Shapes shapes) {
        Optional<Shape> output = shapes.find(node.output());
        if (!Operators.isLayer(node) || output.isEmpty()) {
            return 0;
        }
        if (node.is("Conv")) {
            Shape weights = shapes.of(node.inputs().get(1));
            return Math.multiplyExact(
                    weights.elements() / weights.dim(0), output.get().elements());
        }
        return Math.multiplyExact(
                (long) shapes.of(node.input()).dim(-1), output.get().elements());
    }

    private static long parameters(Graph graph, Node node, Set<String> counted) {
        if (CARRIES_NO_PARAMETERS.contains(node.opType())) {
            return 0;
        }
        int trained = node.is("BatchNormalization") ? 3 : node.inputs().size();
        long parameters = 0;
        for (String input :
                node.inputs().subList(0, Math.min(trained, node.inputs().size()))) {
            Optional<Tensor> tensor = graph.initializer(input);
            if (tensor.isPresent() && tensor.get().isFloat() && counted.add(input)) {
                parameters += tensor.get().elements();
            }
        }
        return parameters;
    }

    private static long activationBytes(Graph graph, List<String> tensors, Shapes shapes) {
        return tensors.stream()
                .distinct()
                .filter(tensor -> !graph.initializers().containsKey(tensor))
                .mapToLong(tensor -> bytes(tensor, shapes))
                .sum();
    }

    private static long bytes(String tensor, Shapes shapes) {
        return shapes.find(tensor).map(shape -> shape.elements() * FLOAT_BYTES).orElse(0L);
    }

    /** Liveness: a tensor is alive from the node that writes it to the last node that reads it; outputs to the end. */
    private static long peak(Graph graph, Shapes shapes) {
        Map<String, Integer> lastUse = new HashMap<>();
        List<Node> order = graph.nodes();
        for (int step = 0; step < order.size(); step++) {
            for (String input : order.get(step).inputs()) {
                lastUse.put(input, step);
            }
        }
        graph.outputs().forEach(output -> lastUse.put(output.name(), order.size()));
        Map<String, Long> alive = new HashMap<>();
        graph.inputs().forEach(input -> alive.put(input.name(), bytes(input.name(), shapes)));
        long peak = 0;
        for (int step = 0; step < order.size(); step++) {
            int now = step;
            order.get(step).outputs().forEach(output -> alive.put(output, bytes(output, shapes)));
            peak = Math.max(
                    peak, alive.values().stream().mapToLong(Long::longValue).sum());
            alive.keySet().removeIf(tensor -> lastUse.getOrDefault(tensor, now) <= now);
        }
        return peak;
    }
}
