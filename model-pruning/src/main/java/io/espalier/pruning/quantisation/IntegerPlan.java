package io.espalier.pruning.quantisation;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Operators;
import io.espalier.pruning.graph.Shapes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What of a graph computes in integers.
 *
 * <p>Every layer with constant weights does. An operator without weights does on the way from one integer to a layer, so
 * that what follows the last layer (logits, Softmax) stays float. A clamp (Relu, Clip from 0) vanishes into the operator
 * before it.
 */
final class IntegerPlan {
    private final Graph graph;
    private final Map<String, Operation> operations = new LinkedHashMap<>();
    private final Set<String> integers = new HashSet<>();
    private final Map<String, String> scaledLike = new LinkedHashMap<>();

    private IntegerPlan(Graph graph) {
        this.graph = graph;
    }

    static IntegerPlan of(Graph graph) {
        IntegerPlan plan = new IntegerPlan(graph);
        Shapes shapes = Shapes.infer(graph);
        List<Operation> candidates = new ArrayList<>();
        for (Node node : graph.nodes()) {
            if (IntegerOperators.isLayer(graph, shapes, node) || IntegerOperators.isCarrier(graph, shapes, node)) {
                candidates.add(new Operation(node, plan.clampBehind(node)));
            }
        }
        Set<String> wanted = wantedByLayers(candidates);
        for (Operation candidate : candidates) {
            plan.consider(candidate, wanted.contains(candidate.output()));
        }
        return plan;
    }

    private Optional<Node> clampBehind(Node node) {
        List<Node> readers = graph.consumers(node.output());
        boolean alone = readers.size() == 1 && !graph.isOutput(node.output()) && IntegerOperators.takesClamp(node);
        return alone && IntegerOperators.isClamp(graph, readers.get(0))
                ? Optional.of(readers.get(0))
                : Optional.empty();
    }

    /** The tensors from which a layer can be reached without leaving the candidates. */
    private static Set<String> wantedByLayers(List<Operation> candidates) {
        Set<String> wanted = new HashSet<>();
        for (int i = candidates.size() - 1; i >= 0; i--) {
            Operation candidate = candidates.get(i);
            if (Operators.isLayer(candidate.node())) {
                wanted.add(candidate.node().input());
            } else if (wanted.contains(candidate.output())) {
                wanted.addAll(operands(candidate.node()));
            }
        }
        return wanted;
    }

    private void consider(Operation operation, boolean wanted) {
        Node node = operation.node();
        List<String> operands = operands(node);
        if (!Operators.isLayer(node) && !(wanted && operands.stream().anyMatch(integers::contains))) {
            return;
        }
        operations.put(node.name(), operation);
        integers.addAll(operands);
        // Only a convolution must give integers to be computed in them; a dense layer may give float.
        if (wanted || node.is("Conv")) {
            integers.add(operation.output());
        }
        if (IntegerOperators.isMove(node)) {
            scaledLike.put(node.output(), scaleOwner(node.input()));
        }
    }

    /** The activations a node reads; weights, biases, shapes and axes are not among them. */
    static List<String> operands(Node node) {
        return Operators.isLayer(node) || IntegerOperators.isMove(node) ? List.of(node.input()) : node.inputs();
    }

    /** How this node computes in integers, if it does. */
    Optional<Operation> operation(Node node) {
        return Optional.ofNullable(operations.get(node.name()));
    }

    /** Whether the node has vanished into the integers of the operator before it. */
    boolean isAbsorbed(Node node) {
        return !node.inputs().isEmpty()
                && graph.producer(node.input())
                        .flatMap(this::operation)
                        .flatMap(Operation::clamp)
                        .filter(clamp -> clamp.name().equals(node.name()) && integers.contains(node.output()))
                        .isPresent();
    }

    /** Whether this tensor exists as integers. */
    boolean isInteger(String tensor) {
        return integers.contains(tensor);
    }

    /** Whether this tensor comes out of an operator that computes in integers. */
    boolean comesAsIntegers(String tensor) {
        return integers.contains(tensor)
                && graph.producer(tensor)
                        .filter(node -> operation(node).isPresent() || isAbsorbed(node))
                        .isPresent();
    }

    /** The tensor whose scale this one has: itself, unless it only moves the values of another. */
    String scaleOwner(String tensor) {
        return scaledLike.getOrDefault(tensor, tensor);
    }

    /** The tensors that have a scale of their own, each to be calibrated, in topological order. */
    List<String> scaleOwners() {
        Map<String, Integer> position = new HashMap<>();
        graph.inputs().forEach(input -> position.put(input.name(), position.size()));
        graph.nodes().forEach(node -> node.outputs().forEach(output -> position.put(output, position.size())));
        return integers.stream()
                .filter(tensor -> !scaledLike.containsKey(tensor))
                .sorted((a, b) -> Integer.compare(position.getOrDefault(a, 0), position.getOrDefault(b, 0)))
                .toList();
    }

    /** How many layers compute in integers. */
    long layers() {
        return operations.values().stream()
                .filter(operation -> Operators.isLayer(operation.node()))
                .count();
    }
}
