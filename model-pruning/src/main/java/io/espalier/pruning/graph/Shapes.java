package io.espalier.pruning.graph;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The shape of every tensor of a graph, the batch symbolic.
 *
 * <p>Tensors behind an operator Espalier does not know have a shape only where the file declares one.
 */
public final class Shapes {
    private final Graph graph;
    private final Map<String, Shape> shapes;

    private Shapes(Graph graph, Map<String, Shape> shapes) {
        this.graph = graph;
        this.shapes = Collections.unmodifiableMap(shapes);
    }

    /**
     * Infers all shapes.
     *
     * <p>Errors: {@link InvalidModelException} naming the node whose operands do not fit.
     */
    public static Shapes infer(Graph graph) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        graph.inputs().forEach(input -> shapes.put(input.name(), input.shape()));
        graph.initializers().forEach((name, tensor) -> shapes.put(name, tensor.shape()));
        for (Node node : graph.nodes()) {
            Optional<List<Shape>> inferred = infer(graph, node, shapes);
            for (int i = 0; i < node.outputs().size(); i++) {
                String output = node.outputs().get(i);
                ValueInfo declared = graph.declared().get(output);
                if (inferred.isPresent() && i < inferred.get().size()) {
                    shapes.put(output, inferred.get().get(i));
                } else if (declared != null) {
                    shapes.put(output, declared.shape());
                }
            }
        }
        return new Shapes(graph, shapes);
    }

    /** The shape of a tensor; an error naming the producer where it is unknown. */
    public Shape of(String tensor) {
        Shape shape = shapes.get(tensor);
        if (shape == null) {
            throw new InvalidModelException("The shape of tensor '" + tensor + "' is unknown"
                    + graph.producer(tensor)
                            .map(node -> ", because it depends on "
                                    + unknownSource(node).label() + ", which Espalier does not know")
                            .orElse("")
                    + ". Run ONNX shape inference over the model and save the result.");
        }
        return shape;
    }

    public Optional<Shape> find(String tensor) {
        return Optional.ofNullable(shapes.get(tensor));
    }

    /** Every known shape, in topological order. */
    public Map<String, Shape> all() {
        return shapes;
    }

    private Node unknownSource(Node node) {
        for (String input : node.inputs()) {
            Optional<Node> producer = graph.producer(input);
            if (producer.isPresent() && !shapes.containsKey(input)) {
                return unknownSource(producer.get());
            }
        }
        return node;
    }

    private static Optional<List<Shape>> infer(Graph graph, Node node, Map<String, Shape> known) {
        boolean ready = node.inputs().stream().allMatch(input -> input.isEmpty() || known.containsKey(input));
        if (!ready || !node.domain().isEmpty()) {
            return Optional.empty();
        }
        try {
            return ShapeRules.outputs(graph, node, known);
        } catch (InvalidModelException e) {
            String message = String.valueOf(e.getMessage());
            throw message.contains(node.name())
                    ? e
                    : new InvalidModelException("The shapes at " + node.label() + " do not fit: " + message, e);
        } catch (IndexOutOfBoundsException e) {
            throw new InvalidModelException(node.label() + " has too few inputs or operands of the wrong rank.", e);
        }
    }
}
