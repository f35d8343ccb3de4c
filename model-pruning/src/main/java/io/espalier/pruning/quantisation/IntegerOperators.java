package io.espalier.pruning.quantisation;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Operands;
import io.espalier.pruning.graph.Operators;
import io.espalier.pruning.graph.Shapes;
import io.espalier.pruning.graph.Tensor;
import java.util.Optional;
import java.util.Set;

/**
 * Which operators a runtime computes in 8-bit integers when they stand between DequantizeLinear and QuantizeLinear.
 *
 * <p>Source: ONNX Runtime 1.29, {@code qdq_selector_action_transformer.cc} (CPU).
 */
final class IntegerOperators {
    private static final Set<String> MERGES = Set.of("Add", "Mul", "Concat");
    private static final Set<String> MAPS = Set.of("AveragePool", "GlobalAveragePool", "LeakyRelu", "Sigmoid");
    /** Values come out as they go in, so the result needs no scale of its own, and must have none. */
    private static final Set<String> MOVES =
            Set.of("MaxPool", "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Transpose", "Slice");

    private IntegerOperators() {}

    /** Whether the node multiplies one known activation by constant float weights, and nothing unusual besides. */
    static boolean isLayer(Graph graph, Shapes shapes, Node node) {
        if (!Operators.isLayer(node)
                || node.inputs().size() < 2
                || graph.initializers().containsKey(node.input())
                || shapes.find(node.input()).isEmpty()) {
            return false;
        }
        Optional<Tensor> weights = graph.constantInput(node, 1).filter(Tensor::isFloat);
        boolean plain = node.floatAttribute("alpha", 1) == 1
                && node.floatAttribute("beta", 1) == 1
                && node.intAttribute("transA", 0) == 0;
        return plain
                && weights.isPresent()
                && (node.is("Conv") || weights.get().shape().rank() == 2)
                && hasPlainBias(graph, node, weights.get().shape().dim(LayerWeights.channelAxis(node)));
    }

    private static boolean hasPlainBias(Graph graph, Node node, int channels) {
        return node.input(2)
                .map(bias -> graph.initializer(bias)
                        .filter(tensor -> tensor.isFloat() && tensor.elements() == channels)
                        .isPresent())
                .orElse(true);
    }

    /** Whether the node has no weights and could compute in integers, were its inputs integers. */
    static boolean isCarrier(Graph graph, Shapes shapes, Node node) {
        boolean known = shapes.find(node.output()).isPresent() && node.outputs().size() == 1;
        if (!known || !node.domain().isEmpty()) {
            return false;
        }
        if (MERGES.contains(node.opType())) {
            return node.inputs().stream().noneMatch(graph.initializers()::containsKey);
        }
        return MAPS.contains(node.opType()) || isMove(node);
    }

    static boolean isMove(Node node) {
        return node.domain().isEmpty() && MOVES.contains(node.opType());
    }

    /** Whether clamping to a range that starts at zero does what the node does: Relu, and Clip from 0 upwards. */
    static boolean isClamp(Graph graph, Node node) {
        if (node.is("Relu")) {
            return true;
        }
        boolean constantBounds = node.inputs().stream()
                .skip(1)
                .allMatch(bound -> bound.isEmpty()
                        || graph.initializer(bound).filter(Tensor::isFloat).isPresent());
        return node.is("Clip") && constantBounds && Operands.clipBounds(graph, node)[0] == 0;
    }

    /** Whether a clamp may be left to the integers this node gives. */
    static boolean takesClamp(Node node) {
        return !isMove(node) && !node.is("Sigmoid") && !node.is("LeakyRelu");
    }
}
