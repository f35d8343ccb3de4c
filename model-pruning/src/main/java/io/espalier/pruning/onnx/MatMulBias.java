package io.espalier.pruning.onnx;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.GraphBuilder;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Shape;
import io.espalier.pruning.graph.Shapes;
import io.espalier.pruning.graph.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Makes one Gemm of a matrix product with constant weights and the constant bias added to it, if any. */
final class MatMulBias {
    private MatMulBias() {}

    static Graph toGemm(Graph graph) {
        if (graph.nodes().stream().noneMatch(node -> node.is("MatMul"))) {
            return graph;
        }
        Shapes shapes = Shapes.infer(graph);
        GraphBuilder builder = graph.toBuilder();
        List<Node> nodes = new ArrayList<>();
        Set<String> merged = new HashSet<>();
        for (Node node : graph.nodes()) {
            if (merged.contains(node.name())) {
                continue;
            }
            if (!isDense(graph, node, shapes)) {
                nodes.add(node);
                continue;
            }
            int width = shapes.of(node.output()).dim(1);
            Optional<Node> add = biasAdd(graph, node, width);
            String bias = builder.unusedTensor(node.name() + "_bias");
            if (add.isPresent()) {
                merged.add(add.get().name());
                Tensor value = graph.constant(biasOf(graph, add.get()));
                builder.initializer(bias, value.reshaped(Shape.of(width)));
            } else {
                builder.initializer(bias, Tensor.ofFloats(new float[width], width));
            }
            List<String> inputs = List.of(node.input(), node.inputs().get(1), bias);
            nodes.add(Node.of(node.name(), "Gemm", inputs, add.orElse(node).output(), Map.of()));
        }
        return builder.nodes(nodes).dropUnusedInitializers().build();
    }

    private static boolean isDense(Graph graph, Node node, Shapes shapes) {
        return node.is("MatMul")
                && shapes.find(node.input()).map(Shape::rank).orElse(0) == 2
                && graph.constantInput(node, 1)
                        .filter(t -> t.isFloat() && t.shape().rank() == 2)
                        .isPresent();
    }

    private static Optional<Node> biasAdd(Graph graph, Node node, int width) {
        List<Node> readers = graph.consumers(node.output());
        if (readers.size() != 1
                || graph.isOutput(node.output())
                || !readers.get(0).is("Add")) {
            return Optional.empty();
        }
        Node add = readers.get(0);
        return graph.initializer(biasOf(graph, add))
                .filter(t -> t.isFloat()
                        && t.elements() == width
                        && t.shape().dim(-1) == width
                        && t.shape().rank() <= 2)
                .map(t -> add);
    }

    private static String biasOf(Graph graph, Node add) {
        return add.inputs().get(graph.initializer(add.input()).isPresent() ? 0 : 1);
    }
}
