package io.espalier.pruning.onnx;

import io.espalier.pruning.graph.Attribute;
import io.espalier.pruning.graph.GraphBuilder;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Targets of Reshape that keep the batch whatever it is. */
final class BatchTarget {
    private BatchTarget() {}

    /** The node with its first extent copied from its input: 0, or -1 where another extent really is 0. */
    static Node copy(Node node, long[] dims, GraphBuilder builder) {
        boolean zeros =
                Arrays.stream(dims).skip(1).anyMatch(extent -> extent == 0) && node.intAttribute("allowzero", 0) == 1;
        dims[0] = zeros ? -1 : 0;
        Map<String, Attribute> attributes = new LinkedHashMap<>(node.attributes());
        if (!zeros) {
            attributes.remove("allowzero");
        }
        String target = builder.unusedTensor(node.name() + "_target");
        builder.initializer(target, Tensor.vector(dims));
        List<String> inputs = new ArrayList<>(node.inputs());
        inputs.set(1, target);
        return new Node(node.name(), node.opType(), "", inputs, node.outputs(), attributes);
    }
}
