package io.espalier.pruning.graph;

import java.util.Set;

/** Which operators Espalier knows, by how they treat channels. */
public final class Operators {
    private static final Set<String> ELEMENTWISE = Set.of(
            "Relu",
            "LeakyRelu",
            "Elu",
            "Selu",
            "Celu",
            "Sigmoid",
            "HardSigmoid",
            "HardSwish",
            "Tanh",
            "Softplus",
            "Softsign",
            "Clip",
            "Gelu",
            "Mish",
            "Erf",
            "Exp",
            "Log",
            "Abs",
            "Neg",
            "Sqrt",
            "Cast",
            "Identity",
            "Dropout",
            "Softmax",
            "LogSoftmax",
            "BatchNormalization");
    private static final Set<String> STRUCTURAL = Set.of(
            "Conv",
            "Gemm",
            "MatMul",
            "MaxPool",
            "AveragePool",
            "GlobalAveragePool",
            "GlobalMaxPool",
            "Add",
            "Sub",
            "Mul",
            "Div",
            "Pow",
            "Max",
            "Min",
            "Sum",
            "PRelu",
            "Concat",
            "Flatten",
            "Reshape",
            "Transpose",
            "Slice",
            "Split",
            "Pad",
            "Gather",
            "Squeeze",
            "Unsqueeze",
            "ReduceMean");

    private Operators() {}

    /** Whether shapes, costs and channel dependencies of this node are understood. */
    public static boolean isKnown(Node node) {
        return node.domain().isEmpty() && (isElementwise(node) || STRUCTURAL.contains(node.opType()));
    }

    /** Whether the first output has the shape of the first input. */
    static boolean isElementwise(Node node) {
        return node.domain().isEmpty() && ELEMENTWISE.contains(node.opType());
    }

    /** Whether the node has trained weights and makes new channels: Conv, Gemm, MatMul. */
    public static boolean isLayer(Node node) {
        return node.is("Conv") || node.is("Gemm") || node.is("MatMul");
    }
}
