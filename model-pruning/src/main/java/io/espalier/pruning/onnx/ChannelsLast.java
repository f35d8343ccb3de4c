package io.espalier.pruning.onnx;

import io.espalier.pruning.graph.Attribute;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.GraphBuilder;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Operands;
import io.espalier.pruning.graph.Shape;
import io.espalier.pruning.graph.Shapes;
import io.espalier.pruning.graph.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Reads around the Transposes that networks with channels last have in the middle: two that cancel, one before a mean over
 * height and width, one before a Flatten into dense layers (their rows are put into the other order instead).
 *
 * <p>What is left is a network with channels first, which trainers and runtimes know best. A Transpose that is needed
 * after all, the one at the input among them, stays.
 */
final class ChannelsLast {
    private final Graph graph;
    private final Shapes shapes;
    private final GraphBuilder builder;
    /** Tensors that are another one with its axes in another order. */
    private final Map<String, View> views = new HashMap<>();

    private final List<Node> nodes = new ArrayList<>();

    private ChannelsLast(Graph graph) {
        this.graph = graph;
        this.shapes = Shapes.infer(graph);
        this.builder = graph.toBuilder();
    }

    static Graph toFirst(Graph graph) {
        return graph.nodes().stream().anyMatch(node -> node.is("Transpose"))
                ? new ChannelsLast(graph).rewritten()
                : graph;
    }

    private Graph rewritten() {
        for (Node node : graph.nodes()) {
            Node current = withoutIdentityViews(node);
            View view = current.inputs().isEmpty() ? null : views.get(current.input());
            if (current.is("Transpose") && shapes.find(node.output()).isPresent()) {
                transpose(current);
            } else if (view != null && shapes.find(node.output()).isPresent()) {
                nodes.add(readingThrough(current, view));
            } else {
                nodes.add(current);
            }
        }
        return withoutUnreadTransposes();
    }

    private Node withoutIdentityViews(Node node) {
        List<String> inputs = new ArrayList<>(node.inputs());
        inputs.replaceAll(input -> {
            View view = views.get(input);
            return view != null && view.isIdentity() ? view.source() : input;
        });
        return node.withInputs(inputs);
    }

    private void transpose(Node node) {
        int[] order = Operands.permutation(node, shapes.of(node.input()).rank());
        View inner = views.get(node.input());
        View view = inner == null
                ? new View(node.input(), order)
                : new View(
                        inner.source(),
                        Arrays.stream(order).map(axis -> inner.order()[axis]).toArray());
        views.put(node.output(), view);
        nodes.add(Node.of(
                node.name(),
                "Transpose",
                List.of(view.source()),
                node.output(),
                Map.of("perm", Attribute.ints(view.order()))));
    }

    private Node readingThrough(Node node, View view) {
        return switch (node.opType()) {
            case "ReduceMean" -> mean(node, view);
            case "Flatten", "Reshape", "Squeeze" -> flat(node, view);
            default -> node;
        };
    }

    private Node mean(Node node, View view) {
        int[] order = view.order();
        int[] reduced = Arrays.stream(Operands.reducedAxes(graph, node, order.length))
                .map(axis -> axis < 0 ? axis + order.length : axis)
                .sorted()
                .toArray();
        int[] left = IntStream.range(0, order.length)
                .filter(axis -> Arrays.binarySearch(reduced, axis) < 0)
                .map(axis -> order[axis])
                .toArray();
        boolean kept = node.intAttribute("keepdims", 1) == 1;
        if (!isAscending(left) || reduced.length == 0) {
            return node;
        }
        int[] axes = Arrays.stream(reduced).map(axis -> order[axis]).sorted().toArray();
        Node direct = withAxes(node, view.source(), axes);
        if (!kept) {
            return direct;
        }
        String mean = builder.unusedTensor(node.output() + "_first");
        nodes.add(direct.withOutputs(List.of(mean)));
        views.put(node.output(), new View(mean, order));
        return Node.of(
                unusedNode(node.name() + "_last"),
                "Transpose",
                List.of(mean),
                node.output(),
                Map.of("perm", Attribute.ints(order)));
    }

    private Node withAxes(Node node, String source, int[] axes) {
        if (graph.opset() < 18) {
            return node.withInputs(List.of(source)).withAttribute("axes", Attribute.ints(axes));
        }
        String name = builder.unusedTensor(node.name() + "_axes");
        builder.initializer(
                name, Tensor.vector(Arrays.stream(axes).asLongStream().toArray()));
        return node.withInputs(List.of(source, name));
    }

    private Node flat(Node node, View view) {
        Shape from = shapes.of(node.input());
        Shape to = shapes.of(node.output());
        if (!from.isBatched() || view.order()[0] != 0 || !to.isBatched()) {
            return node;
        }
        if (movesOnlyOnes(view, from)) {
            return to.rank() == 2 ? flatten(node, view) : reshape(node, view, to);
        }
        if (to.rank() != 2 || !isReadByDenseLayersOnly(node.output())) {
            return node;
        }
        for (Node dense : graph.consumers(node.output())) {
            putRowsInOrder(dense, view, from);
        }
        return flatten(node, view);
    }

    private static Node flatten(Node node, View view) {
        return Node.of(node.name(), "Flatten", List.of(view.source()), node.output(), Map.of("axis", Attribute.of(1L)));
    }

    private Node reshape(Node node, View view, Shape to) {
        long[] target = to.dims().stream().mapToLong(Integer::longValue).toArray();
        target[0] = 0;
        String name = builder.unusedTensor(node.name() + "_target");
        builder.initializer(name, Tensor.vector(target));
        return Node.of(node.name(), "Reshape", List.of(view.source(), name), node.output(), Map.of());
    }

    /** Whether the axes longer than one keep their order, so that the elements do too. */
    private static boolean movesOnlyOnes(View view, Shape transposed) {
        int[] moved = IntStream.range(0, transposed.rank())
                .filter(axis -> transposed.dim(axis) != 1)
                .map(axis -> view.order()[axis])
                .toArray();
        return isAscending(moved);
    }

    private boolean isReadByDenseLayersOnly(String tensor) {
        List<Node> readers = graph.consumers(tensor);
        return !graph.isOutput(tensor)
                && !readers.isEmpty()
                && readers.stream()
                        .allMatch(reader -> reader.is("Gemm")
                                && reader.inputs().stream()
                                        .skip(1)
                                        .allMatch(input ->
                                                graph.initializer(input).isPresent())
                                && graph.consumers(reader.inputs().get(1)).size() == 1);
    }

    /** Puts the weights of each feature where the feature lies in the order of the source. */
    private void putRowsInOrder(Node dense, View view, Shape transposed) {
        int[] strides = Indices.strides(transposed.with(0, 1));
        int[] sourceDims = new int[strides.length];
        int[] steps = new int[strides.length];
        for (int axis = 0; axis < strides.length; axis++) {
            sourceDims[view.order()[axis]] = axis == 0 ? 1 : transposed.dim(axis);
            steps[view.order()[axis]] = strides[axis];
        }
        int[] positions = Indices.walk(Shape.of(sourceDims), 0, steps);
        String weights = dense.inputs().get(1);
        int axis = dense.intAttribute("transB", 0) == 1 ? 1 : 0;
        builder.initializer(weights, graph.constant(weights).select(axis, positions));
    }

    private Graph withoutUnreadTransposes() {
        Set<String> read = new HashSet<>();
        graph.outputs().forEach(output -> read.add(output.name()));
        List<Node> kept = new ArrayList<>();
        for (int i = nodes.size() - 1; i >= 0; i--) {
            Node node = nodes.get(i);
            if (!node.is("Transpose") || read.contains(node.output())) {
                read.addAll(node.inputs());
                kept.add(node);
            }
        }
        Collections.reverse(kept);
        return builder.nodes(kept).dropUnusedInitializers().build();
    }

    private String unusedNode(String wanted) {
        Set<String> taken = new HashSet<>();
        graph.nodes().forEach(node -> taken.add(node.name()));
        nodes.forEach(node -> taken.add(node.name()));
        String name = wanted;
        for (int number = 2; taken.contains(name); number++) {
            name = wanted + number;
        }
        return name;
    }

    private static boolean isAscending(int[] axes) {
        return IntStream.range(1, axes.length).allMatch(i -> axes[i - 1] < axes[i]);
    }

    private record View(String source, int[] order) {
        boolean isIdentity() {
            return isAscending(order);
        }
    }
}
