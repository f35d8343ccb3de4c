package io.espalier.pruning.onnx;

import io.espalier.pruning.graph.Attribute;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.GraphBuilder;
import io.espalier.pruning.graph.InvalidModelException;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Shape;
import io.espalier.pruning.graph.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns Constant nodes into initializers. */
final class ConstantNodes {
    private ConstantNodes() {}

    static Graph toInitializers(Graph graph) {
        GraphBuilder builder = graph.toBuilder();
        List<Node> nodes = new ArrayList<>();
        for (Node node : graph.nodes()) {
            if (node.is("Constant")) {
                builder.initializer(node.output(), value(node));
            } else {
                nodes.add(node);
            }
        }
        return builder.nodes(nodes).build();
    }

    private static Tensor value(Node node) {
        for (String key : List.of("value", "value_float", "value_int", "value_floats", "value_ints")) {
            Tensor tensor = tensor(node.attributes().get(key));
            if (tensor != null) {
                return tensor;
            }
        }
        throw new InvalidModelException(node.label() + " holds a constant of an unsupported kind "
                + node.attributes().keySet() + ". Export the model with constants folded.");
    }

    private static @Nullable Tensor tensor(@Nullable Attribute attribute) {
        if (attribute instanceof Attribute.TensorValue v) {
            return v.value();
        }
        if (attribute instanceof Attribute.FloatValue v) {
            return Tensor.ofFloats(new float[] {v.value()});
        }
        if (attribute instanceof Attribute.IntValue v) {
            return Tensor.ofLongs(new long[] {v.value()});
        }
        if (attribute instanceof Attribute.Ints v) {
            return Tensor.vector(v.values().stream().mapToLong(Long::longValue).toArray());
        }
        if (attribute instanceof Attribute.Floats v) {
            float[] floats = new float[v.values().size()];
            for (int i = 0; i < floats.length; i++) {
                floats[i] = v.values().get(i);
            }
            return Tensor.ofFloats(floats, Shape.of(floats.length));
        }
        return null;
    }
}
