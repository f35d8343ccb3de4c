package io.espalier.pruning.quantisation;

import io.espalier.pruning.graph.Attribute;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.GraphBuilder;
import io.espalier.pruning.graph.InvalidModelException;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Operands;
import io.espalier.pruning.graph.Shape;
import io.espalier.pruning.graph.Shapes;
import io.espalier.pruning.graph.SliceRange;
import io.espalier.pruning.graph.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Says a network of an older opset in the words of opset {@value Quantiser#OLDEST_OPSET}.
 *
 * <p>Source: the ONNX operator changelog. What is not listed here changed its meaning or is not known, and is refused.
 */
final class OpsetRaise {
    private static final Set<String> UNCHANGED = Set.of(
            "Conv",
            "Gemm",
            "MatMul",
            "BatchNormalization",
            "Relu",
            "LeakyRelu",
            "PRelu",
            "Elu",
            "Selu",
            "Sigmoid",
            "HardSigmoid",
            "Tanh",
            "Softplus",
            "Softsign",
            "MaxPool",
            "AveragePool",
            "GlobalAveragePool",
            "GlobalMaxPool",
            "ReduceMean",
            "Add",
            "Sub",
            "Mul",
            "Div",
            "Pow",
            "Max",
            "Min",
            "Abs",
            "Neg",
            "Exp",
            "Log",
            "Sqrt",
            "Erf",
            "Concat",
            "Flatten",
            "Reshape",
            "Transpose",
            "Gather",
            "Identity");

    private final Graph graph;
    private final Shapes shapes;
    private final FreshNames names;
    private final GraphBuilder builder;

    private OpsetRaise(Graph graph) {
        this.graph = graph;
        this.shapes = Shapes.infer(graph);
        this.names = new FreshNames(graph);
        this.builder = new GraphBuilder(graph.name(), Quantiser.OLDEST_OPSET);
    }

    /**
     * The same function at opset 13; the graph itself where it is of that or a later one.
     *
     * <p>Errors: {@link InvalidModelException} naming the operator that stands in the way.
     */
    static Graph to13(Graph graph) {
        return graph.opset() >= Quantiser.OLDEST_OPSET ? graph : new OpsetRaise(graph).raise();
    }

    private Graph raise() {
        graph.inputs().forEach(builder::input);
        graph.outputs().forEach(builder::output);
        graph.declared().values().forEach(builder::declare);
        graph.metadata().forEach(builder::metadata);
        graph.initializers().forEach(builder::initializer);
        List<Node> nodes = new ArrayList<>();
        graph.nodes().forEach(node -> nodes.add(raised(node)));
        return builder.nodes(nodes).dropUnusedInitializers().build();
    }

    private Node raised(Node node) {
        if (!node.domain().isEmpty()) {
            throw refusal(node);
        }
        if (UNCHANGED.contains(node.opType())) {
            return node;
        }
        return switch (node.opType()) {
            case "Softmax", "LogSoftmax" -> softmax(node);
            case "Clip" -> clip(node);
            case "Pad" -> pad(node);
            case "Slice" -> slice(node);
            case "Squeeze", "Unsqueeze" ->
                Operands.axes(graph, node).map(axes -> withVectors(node, axes)).orElse(node);
            case "Split" -> {
                int axis = (int) node.intAttribute("axis", 0);
                yield withVectors(
                                node,
                                Operands.splitSizes(
                                        graph, node, shapes.of(node.input()).dim(axis)))
                        .withAttribute("axis", Attribute.of(axis));
            }
            default -> throw refusal(node);
        };
    }

    /** Before opset 13 everything from the axis on was one dimension, and the axis was 1 unless given. */
    private Node softmax(Node node) {
        Shape shape = shapes.of(node.input());
        int axis = shape.axis((int) node.intAttribute("axis", 1));
        if (shape.elements(axis + 1, shape.rank()) != 1) {
            throw refusal(node);
        }
        return node.withAttribute("axis", Attribute.of(axis));
    }

    private Node clip(Node node) {
        if (node.inputs().stream()
                .skip(1)
                .anyMatch(bound -> graph.producer(bound).isPresent())) {
            return node;
        }
        float[] bounds = Operands.clipBounds(graph, node);
        return withInputs(node, List.of(node.input(), scalar(node, bounds[0]), scalar(node, bounds[1])), Map.of());
    }

    private Node pad(Node node) {
        Node raised = withVectors(
                node, Operands.pads(graph, node, shapes.of(node.input()).rank()));
        List<String> inputs = new ArrayList<>(raised.inputs());
        inputs.add(node.input(2).orElseGet(() -> scalar(node, node.floatAttribute("value", 0))));
        return withInputs(raised, inputs, Map.of("mode", Attribute.of(node.stringAttribute("mode", "constant"))));
    }

    private Node slice(Node node) {
        if (graph.opset() >= 10) {
            return node;
        }
        SliceRange[] ranges = Operands.slices(graph, node, shapes.of(node.input()));
        int[] starts = new int[ranges.length - 1];
        int[] ends = new int[ranges.length - 1];
        int[] axes = new int[ranges.length - 1];
        for (int axis = 1; axis < ranges.length; axis++) {
            starts[axis - 1] = ranges[axis].start();
            ends[axis - 1] = ranges[axis].start() + ranges[axis].count();
            axes[axis - 1] = axis;
        }
        return withVectors(node, starts, ends, axes);
    }

    /** The node with its first input and these constants behind it. */
    private Node withVectors(Node node, int[]... operands) {
        List<String> inputs = new ArrayList<>(List.of(node.input()));
        for (int[] operand : operands) {
            long[] values = new long[operand.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = operand[i];
            }
            inputs.add(constant(node, Tensor.vector(values)));
        }
        return withInputs(node, inputs, Map.of());
    }

    private String scalar(Node node, float value) {
        return constant(node, Tensor.ofFloats(new float[] {value}, Shape.of()));
    }

    private String constant(Node node, Tensor value) {
        String name = names.like(node.name() + "_operand");
        builder.initializer(name, value);
        return name;
    }

    private static Node withInputs(Node node, List<String> inputs, Map<String, Attribute> attributes) {
        return new Node(node.name(), node.opType(), "", inputs, node.outputs(), new LinkedHashMap<>(attributes));
    }

    private InvalidModelException refusal(Node node) {
        return new InvalidModelException(node.label() + " means something else in opset " + graph.opset()
                + " than in opset " + Quantiser.OLDEST_OPSET
                + ", which 8-bit integers need. Export the model with opset_version=" + Quantiser.OLDEST_OPSET
                + " or higher.");
    }
}
