package io.espalier.pruning.onnx;

import io.espalier.pruning.graph.Attribute;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.GraphBuilder;
import io.espalier.pruning.graph.InvalidModelException;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Shape;
import io.espalier.pruning.graph.Shapes;
import io.espalier.pruning.graph.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Gives operators that mean the same one form: a Sum of two becomes Add, a Min or Max with one number becomes Clip, a
 * Squeeze names its axes, a batch normalisation exported in training mode uses the statistics it carries.
 */
final class CanonicalOperators {
    private final Graph graph;
    private final Shapes shapes;
    private final GraphBuilder builder;

    private CanonicalOperators(Graph graph) {
        this.graph = graph;
        this.shapes = Shapes.infer(graph);
        this.builder = graph.toBuilder();
    }

    static Graph rewrite(Graph graph) {
        CanonicalOperators rules = new CanonicalOperators(graph);
        List<Node> nodes = new ArrayList<>();
        graph.nodes().forEach(node -> nodes.add(rules.canonical(node)));
        return rules.builder.nodes(nodes).dropUnusedInitializers().build();
    }

    private Node canonical(Node node) {
        if (!node.domain().isEmpty()) {
            return node;
        }
        return switch (node.opType()) {
            case "BatchNormalization" -> atInference(node);
            case "Sum" -> node.inputs().size() == 2 ? renamed(node, "Add") : node;
            case "Squeeze" -> withAxes(node);
            case "Min", "Max" -> clip(node);
            default -> node;
        };
    }

    /** Up to opset 13 further outputs mean training, from 14 on an attribute does. */
    private Node atInference(Node node) {
        for (String output : node.outputs().subList(1, node.outputs().size())) {
            if (!graph.consumers(output).isEmpty() || graph.isOutput(output)) {
                throw new InvalidModelException(node.label() + " computes statistics of the batch ('" + output
                        + "') that the graph uses. Export the model for inference (in PyTorch: model.eval()).");
            }
        }
        Map<String, Attribute> attributes = new LinkedHashMap<>(node.attributes());
        attributes.remove("training_mode");
        return new Node(node.name(), node.opType(), "", node.inputs(), List.of(node.output()), attributes);
    }

    /** Without axes a Squeeze would also drop a batch of one, and channels pruned to one. */
    private Node withAxes(Node node) {
        Optional<Shape> input = shapes.find(node.input());
        if (node.input(1).isPresent() || node.attributes().containsKey("axes") || input.isEmpty()) {
            return node;
        }
        Shape shape = input.get();
        int[] axes = IntStream.range(0, shape.rank())
                .filter(axis -> shape.dim(axis) == 1)
                .toArray();
        if (axes.length == 0) {
            return renamed(node, "Identity");
        }
        if (graph.opset() < 13) {
            return node.withAttribute("axes", Attribute.ints(axes));
        }
        String name = builder.unusedTensor(node.name() + "_axes");
        long[] values = IntStream.of(axes).asLongStream().toArray();
        builder.initializer(name, Tensor.vector(values));
        return node.withInputs(List.of(node.input(), name));
    }

    private Node clip(Node node) {
        if (node.inputs().size() != 2) {
            return node;
        }
        int constant = graph.initializer(node.input()).isPresent() ? 0 : 1;
        Optional<Tensor> bound =
                graph.constantInput(node, constant).filter(value -> value.isFloat() && value.elements() == 1);
        String x = node.inputs().get(1 - constant);
        boolean sameShape = bound.isPresent()
                && shapes.find(x).isPresent()
                && shapes.find(x).equals(shapes.find(node.output()));
        if (!sameShape) {
            return node;
        }
        float value = bound.get().at(0);
        boolean upper = node.is("Min");
        if (graph.opset() < 11) {
            Map<String, Attribute> attributes = Map.of(upper ? "max" : "min", Attribute.of(value));
            return Node.of(node.name(), "Clip", List.of(x), node.output(), attributes);
        }
        String name = builder.unusedTensor(node.name() + "_bound");
        builder.initializer(name, Tensor.ofFloats(new float[] {value}));
        List<String> inputs = upper ? List.of(x, "", name) : List.of(x, name);
        return Node.of(node.name(), "Clip", inputs, node.output(), Map.of());
    }

    private static Node renamed(Node node, String type) {
        return Node.of(node.name(), type, node.inputs(), node.output(), Map.of());
    }
}
