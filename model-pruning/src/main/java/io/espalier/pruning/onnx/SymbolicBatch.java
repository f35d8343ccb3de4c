package io.espalier.pruning.onnx;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.GraphBuilder;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Shape;
import io.espalier.pruning.graph.Tensor;
import io.espalier.pruning.graph.ValueInfo;
import java.util.ArrayList;
import java.util.List;

/** Makes a batch that the exporter fixed (usually at 1) symbolic, in inputs, outputs and the targets of Reshape. */
final class SymbolicBatch {
    private SymbolicBatch() {}

    static Graph of(Graph graph) {
        int fixed = graph.inputs().stream()
                .filter(input -> input.shape().rank() > 1)
                .mapToInt(input -> input.shape().dim(0))
                .max()
                .orElse(Shape.BATCH);
        if (fixed == Shape.BATCH) {
            return graph;
        }
        GraphBuilder builder = new GraphBuilder(graph.name(), graph.opset());
        graph.otherOpsets().forEach(builder::otherOpset);
        graph.metadata().forEach(builder::metadata);
        graph.inputs().forEach(input -> builder.input(batched(input, fixed)));
        graph.outputs().forEach(output -> builder.output(batched(output, fixed)));
        graph.declared().values().forEach(value -> builder.declare(batched(value, fixed)));
        graph.initializers().forEach(builder::initializer);
        List<Node> nodes = new ArrayList<>(graph.nodes());
        for (int i = 0; i < nodes.size(); i++) {
            Node node = nodes.get(i);
            if (node.is("Reshape") && node.inputs().size() > 1) {
                String target = node.inputs().get(1);
                long[] dims =
                        graph.initializer(target).map(SymbolicBatch::integers).orElse(new long[0]);
                if (dims.length > 1 && dims[0] == fixed) {
                    nodes.set(i, BatchTarget.copy(node, dims, builder));
                }
            }
        }
        return builder.nodes(nodes).dropUnusedInitializers().build();
    }

    private static long[] integers(Tensor tensor) {
        return tensor.isFloat() ? new long[0] : tensor.longs();
    }

    private static ValueInfo batched(ValueInfo value, int fixed) {
        boolean leads = value.shape().rank() > 1 && value.shape().dim(0) == fixed;
        return leads ? new ValueInfo(value.name(), value.type(), value.shape().with(0, Shape.BATCH)) : value;
    }
}
