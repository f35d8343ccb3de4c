package io.espalier.pruning.latency;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Shape;
import io.espalier.pruning.graph.Shapes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads off a graph which kernels a runtime will call, as {@link FusedOperator}s. */
public final class KernelCalls {
    private static final Set<String> POOLS = Set.of("MaxPool", "AveragePool");
    private static final Set<String> GLOBAL_POOLS = Set.of("GlobalAveragePool", "GlobalMaxPool", "ReduceMean");
    /** Change how the same bytes are read, nothing else. */
    private static final Set<String> FREE =
            Set.of("Flatten", "Reshape", "Squeeze", "Unsqueeze", "Identity", "Dropout", "Constant");
    /** Runtimes apply these while a convolution or dense layer still has its result at hand. */
    private static final Set<String> FUSED =
            Set.of("BatchNormalization", "Relu", "Clip", "LeakyRelu", "Sigmoid", "Tanh");

    private KernelCalls() {}

    /** In topological order. */
    public static List<FusedOperator> of(Graph graph) {
        Shapes shapes = Shapes.infer(graph);
        List<FusedOperator> calls = new ArrayList<>();
        for (Node node : graph.nodes()) {
            call(graph, node, shapes).ifPresent(calls::add);
        }
        return calls;
    }

    private static Optional<FusedOperator> call(Graph graph, Node node, Shapes shapes) {
        Optional<Shape> output = shapes.find(node.output());
        if (output.isEmpty() || FREE.contains(node.opType())) {
            return Optional.empty();
        }
        Shape out = output.get();
        if (node.is("Conv")) {
            Shape weights = graph.constant(node.inputs().get(1)).shape();
            long groups = node.intAttribute("group", 1);
            return Optional.of(FusedOperator.convolution(
                    weights.dim(1) * groups,
                    weights.dim(0),
                    weights.elements(2, weights.rank()),
                    positions(out),
                    groups));
        }
        if (node.is("Gemm") || node.is("MatMul")) {
            long in = shapes.of(node.input()).dim(-1);
            long rows = Math.max(1, out.elements() / out.dim(-1));
            return Optional.of(FusedOperator.matrix(in * rows, out.dim(-1)));
        }
        if (POOLS.contains(node.opType())) {
            long area = node.intsAttribute("kernel_shape")
                    .map(k -> {
                        long product = 1;
                        for (int side : k) {
                            product *= side;
                        }
                        return product;
                    })
                    .orElse(1L);
            return Optional.of(FusedOperator.pool(channels(out), area, positions(out)));
        }
        if (GLOBAL_POOLS.contains(node.opType())) {
            return Optional.of(FusedOperator.pool(channels(out), positions(shapes.of(node.input())), positions(out)));
        }
        return isFused(graph, node)
                ? Optional.empty()
                : Optional.of(FusedOperator.elementwise(channels(out), positions(out)));
    }

    private static boolean isFused(Graph graph, Node node) {
        if (!FUSED.contains(node.opType())) {
            return false;
        }
        String source = node.input();
        return graph.consumers(source).size() == 1
                && graph.producer(source)
                        .map(p -> p.is("Conv") || p.is("Gemm") || p.is("Add") || FUSED.contains(p.opType()))
                        .orElse(false);
    }

    private static long channels(Shape shape) {
        return shape.rank() < 2 ? 1 : shape.dim(1);
    }

    private static long positions(Shape shape) {
        return shape.rank() <= 2 ? 1 : shape.elements(2, shape.rank());
    }
}
