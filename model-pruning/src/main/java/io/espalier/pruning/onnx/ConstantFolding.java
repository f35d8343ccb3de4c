package io.espalier.pruning.onnx;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.GraphBuilder;
import io.espalier.pruning.graph.InvalidModelException;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Shape;
import io.espalier.pruning.graph.Shapes;
import io.espalier.pruning.graph.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Replaces what can be computed while reading by constants: transposed weights, pads put together from pieces, and shapes
 * ({@code Shape -> Gather -> Concat -> Reshape}, as exporters write {@code x.view(x.size(0), -1)}).
 *
 * <p>Shapes are followed with the batch as {@link Shape#BATCH}; a Reshape that would set it copies it (0) instead.
 */
final class ConstantFolding {
    /** Elements of all constants made here together: a few nodes could otherwise ask for any amount. */
    static final long MAX_ELEMENTS = 1L << 26;
    /** Every pass gets behind one more Reshape in a row whose target is computed. */
    private static final int MAX_PASSES = 200;

    private final Graph graph;
    private final Shapes shapes;
    private final Map<String, KnownTensor> computed = new HashMap<>();
    private long elements;

    private ConstantFolding(Graph graph, long elements) {
        this.graph = graph;
        this.shapes = Shapes.infer(graph);
        this.elements = elements;
    }

    static Graph fold(Graph graph) {
        Graph current = graph;
        long elements = 0;
        for (int pass = 0; pass < MAX_PASSES; pass++) {
            ConstantFolding folding = new ConstantFolding(current, elements);
            Graph folded = folding.onePass();
            if (folded == current) {
                return current;
            }
            current = folded;
            elements = folding.elements;
        }
        return current;
    }

    private Graph onePass() {
        for (Node node : graph.nodes()) {
            evaluate(node).ifPresent(value -> {
                count(node, value);
                computed.put(node.output(), value);
            });
        }
        GraphBuilder builder = graph.toBuilder();
        Set<String> read = new HashSet<>();
        graph.outputs().forEach(output -> read.add(output.name()));
        List<Node> kept = new ArrayList<>();
        for (int i = graph.nodes().size() - 1; i >= 0; i--) {
            Node node = graph.nodes().get(i);
            KnownTensor value = computed.get(node.output());
            boolean needed = value == null || node.outputs().stream().anyMatch(read::contains);
            if (value != null && value.isConstant() && needed) {
                builder.initializer(node.output(), value.tensor());
            } else if (needed) {
                Node copying = copyingBatch(node, builder);
                read.addAll(copying.inputs());
                kept.add(copying);
            }
        }
        Collections.reverse(kept);
        return kept.equals(graph.nodes())
                ? graph
                : builder.nodes(kept).dropUnusedInitializers().build();
    }

    private Optional<KnownTensor> evaluate(Node node) {
        if (node.is("Shape")) {
            return node.input(0).flatMap(shapes::find).map(shape -> extents(node, shape));
        }
        List<KnownTensor> inputs = new ArrayList<>();
        for (String input : node.inputs()) {
            if (input.isEmpty()) {
                inputs.add(KnownTensor.constant(Tensor.vector()));
                continue;
            }
            KnownTensor known = computed.get(input);
            Optional<Tensor> constant = graph.initializer(input);
            if (known != null) {
                inputs.add(known);
            } else if (constant.isPresent()) {
                inputs.add(KnownTensor.constant(constant.get()));
            } else {
                return Optional.empty();
            }
        }
        return ConstantRules.evaluate(node, graph.opset(), inputs);
    }

    private static KnownTensor extents(Node node, Shape shape) {
        int start = bound(node.intAttribute("start", 0), shape.rank());
        int end = Math.max(start, bound(node.intAttribute("end", shape.rank()), shape.rank()));
        return KnownTensor.extents(shape.dims().subList(start, end));
    }

    private static int bound(long position, int rank) {
        return (int) Math.max(0, Math.min(rank, position < 0 ? position + rank : position));
    }

    /** A Reshape to a target that begins with the batch copies the batch instead; any other node comes back as it is. */
    private Node copyingBatch(Node node, GraphBuilder builder) {
        KnownTensor target = node.is("Reshape") ? computed.get(node.input(1).orElse("")) : null;
        return target != null && target.startsWithBatch()
                ? BatchTarget.copy(node, target.tensor().longs(), builder)
                : node;
    }

    private void count(Node node, KnownTensor value) {
        elements += value.tensor().elements();
        if (elements > MAX_ELEMENTS) {
            throw new InvalidModelException("The constants that the graph computes have more than " + MAX_ELEMENTS
                    + " elements at " + node.label() + ". Export the model with constants folded.");
        }
    }
}
