package io.espalier.pruning.onnx;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.GraphBuilder;
import io.espalier.pruning.graph.Operators;
import io.espalier.pruning.graph.Shape;
import io.espalier.pruning.graph.Shapes;
import io.espalier.pruning.graph.ValueInfo;

/** Replaces declared shapes by inferred ones; only results of unknown operators keep what the file says. */
final class Declarations {
    private Declarations() {}

    static Graph refresh(Graph graph) {
        Shapes shapes = Shapes.infer(graph);
        GraphBuilder builder = new GraphBuilder(graph.name(), graph.opset());
        graph.otherOpsets().forEach(builder::otherOpset);
        graph.metadata().forEach(builder::metadata);
        graph.inputs().forEach(builder::input);
        for (ValueInfo output : graph.outputs()) {
            Shape shape = shapes.find(output.name()).orElse(output.shape());
            builder.output(new ValueInfo(output.name(), output.type(), shape));
        }
        graph.initializers().forEach(builder::initializer);
        graph.nodes().forEach(builder::node);
        for (ValueInfo value : graph.declared().values()) {
            if (graph.producer(value.name())
                    .filter(node -> !Operators.isKnown(node))
                    .isPresent()) {
                builder.declare(value);
            }
        }
        return builder.build();
    }
}
