package io.espalier.pruning.quantisation;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.GraphBuilder;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The network in float that a network in 8-bit integers costs as much as, times what integers gain on a device. Of its weights
 * only the shapes are true, and clamps that had gone into a scale are missing: it is there to be priced, not to be run.
 */
public final class FloatTwin {
    private static final String TO_INTEGERS = "QuantizeLinear";
    private static final String TO_FLOATS = "DequantizeLinear";

    private FloatTwin() {}

    /** Whether something in the graph computes in integers. */
    public static boolean isOf(Graph graph) {
        return graph.nodes().stream().anyMatch(node -> node.is(TO_FLOATS));
    }

    /** The graph without integers; itself where it has none. */
    public static Graph of(Graph integers) {
        if (!isOf(integers)) {
            return integers;
        }
        GraphBuilder twin = integers.toBuilder();
        Map<String, String> standsFor = new HashMap<>();
        Set<String> outputs = new HashSet<>();
        integers.outputs().forEach(output -> outputs.add(output.name()));
        List<Node> nodes = new ArrayList<>();
        for (Node node : integers.nodes()) {
            if (!node.is(TO_INTEGERS) && !node.is(TO_FLOATS)) {
                List<String> inputs = new ArrayList<>(node.inputs());
                inputs.replaceAll(input -> standsFor.getOrDefault(input, input));
                nodes.add(node.withInputs(inputs));
            } else if (integers.initializers().containsKey(node.input())) {
                twin.initializer(node.output(), zeros(integers.initializers().get(node.input())));
            } else {
                String source = standsFor.getOrDefault(node.input(), node.input());
                standsFor.put(node.output(), source);
                if (outputs.contains(node.output())) {
                    nodes.add(Node.of(node.name(), "Identity", List.of(source), node.output(), Map.of()));
                }
            }
        }
        return twin.nodes(nodes).dropUnusedInitializers().build();
    }

    private static Tensor zeros(Tensor weights) {
        return Tensor.ofFloats(new float[weights.elements()], weights.shape());
    }
}
