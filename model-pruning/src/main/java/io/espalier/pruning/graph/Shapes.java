package io.espalier.pruning.graph;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The shape of every tensor of a graph, the batch symbolic.
 *
 * <p>Tensors behind an operator Espalier does not know have a shape only where the file declares one.
 */
public final class Shapes {
    /** Larger tensors fit no device Espalier is made for. */
    static final long MAX_ELEMENTS = 1L << 28;

    private static final Set<String> TAKES_OPERANDS =
            Set.of("Reshape", "Slice", "Pad", "Squeeze", "Unsqueeze", "Split", "ReduceMean");

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
        for (ValueInfo input : graph.inputs()) {
            requireReasonable(input.name(), input.shape());
            shapes.put(input.name(), input.shape());
        }
        graph.initializers().forEach((name, tensor) -> shapes.put(name, tensor.shape()));
        for (Node node : graph.nodes()) {
            Optional<List<Shape>> inferred = infer(graph, node, shapes);
            for (int i = 0; i < node.outputs().size(); i++) {
                String output = node.outputs().get(i);
                if (output.isEmpty()) {
                    continue;
                }
                ValueInfo declared = graph.declared().get(output);
                if (inferred.isPresent() && i < inferred.get().size()) {
                    requireReasonable(output, inferred.get().get(i));
                    shapes.put(output, inferred.get().get(i));
                } else if (declared != null) {
                    requireReasonable(output, declared.shape());
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
                            .map(node -> reason(unknownSource(node)))
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

    private static String reason(Node source) {
        return ", because it depends on " + source.label()
                + (Operators.isKnown(source)
                        ? ", whose operands are computed or which moves the batch"
                        : ", which Espalier does not know");
    }

    /** The first node on the way to this one whose result has no shape though its inputs have. */
    private Node unknownSource(Node node) {
        Node source = node;
        Optional<Node> next = Optional.of(node);
        while (next.isPresent()) {
            source = next.get();
            next = source.inputs().stream()
                    .filter(input -> !shapes.containsKey(input))
                    .flatMap(input -> graph.producer(input).stream())
                    .findFirst();
        }
        return source;
    }

    private static Optional<List<Shape>> infer(Graph graph, Node node, Map<String, Shape> known) {
        boolean ready = node.inputs().stream().allMatch(input -> input.isEmpty() || known.containsKey(input));
        if (!ready || !node.domain().isEmpty() || hasComputedOperands(graph, node)) {
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
        } catch (ArithmeticException e) {
            throw new InvalidModelException("The shapes at " + node.label() + " overflow.", e);
        }
    }

    private static boolean hasComputedOperands(Graph graph, Node node) {
        return TAKES_OPERANDS.contains(node.opType())
                && node.inputs().stream()
                        .skip(1)
                        .anyMatch(input ->
                                !input.isEmpty() && !graph.initializers().containsKey(input));
    }

    private static void requireReasonable(String tensor, Shape shape) {
        if (shape.elements() > MAX_ELEMENTS) {
            throw new InvalidModelException("Tensor '" + tensor + "' has the shape " + shape + ", " + shape.elements()
                    + " elements per sample; at most " + MAX_ELEMENTS + " are accepted. Use a smaller input.");
        }
    }
}
