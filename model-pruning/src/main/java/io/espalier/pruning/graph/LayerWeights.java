package io.espalier.pruning.graph;

import java.util.LinkedHashMap;
import java.util.Map;

/** The trained weights of a graph's layers, without biases. */
public final class LayerWeights {
    private LayerWeights() {}

    /** The constant float weights of every Conv, Gemm and MatMul, by name, each once, in the order of the graph. */
    public static Map<String, Tensor> of(Graph graph) {
        Map<String, Tensor> weights = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            if (Operators.isLayer(node)) {
                graph.constantInput(node, 1)
                        .filter(Tensor::isFloat)
                        .ifPresent(tensor -> weights.put(node.inputs().get(1), tensor));
            }
        }
        return weights;
    }
}
