package io.espalier.pruning.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** The shape of each operator's outputs from the shapes of its inputs, as the ONNX specification defines it. */
final class ShapeRules {
    private ShapeRules() {}

    /** Empty for an operator that is not known. */
    static Optional<List<Shape>> outputs(Graph graph, Node node, Map<String, Shape> known) {
        if (Operators.isElementwise(node)) {
            return one(first(node, known));
        }
        return switch (node.opType()) {
            case "Conv" -> one(convolution(graph, node, known));
            case "MaxPool", "AveragePool" -> one(pool(graph, node, first(node, known)));
            case "GlobalAveragePool", "GlobalMaxPool" -> one(globalPool(first(node, known)));
            case "Gemm" -> one(gemm(node, known));
            case "MatMul" -> one(matMul(node, known));
            case "Add", "Sub", "Mul", "Div", "PRelu", "Max", "Min", "Pow" -> one(broadcast(node, known));
            case "Concat" -> one(concat(node, known));
            case "Flatten" -> one(flatten(node, first(node, known)));
            case "Reshape" -> one(reshape(graph, node, first(node, known)));
            case "Transpose" -> one(transpose(node, first(node, known)));
            case "Slice" -> one(slice(graph, node, first(node, known)));
            case "Split" -> Optional.of(split(graph, node, first(node, known)));
            case "Pad" -> one(pad(graph, node, first(node, known)));
            case "Gather" -> one(gather(node, known));
            case "Squeeze" -> one(squeeze(graph, node, first(node, known)));
            case "Unsqueeze" -> one(unsqueeze(graph, node, first(node, known)));
            case "ReduceMean" -> one(reduce(graph, node, first(node, known)));
            default -> Optional.empty();
        };
    }

    private static Shape convolution(Graph graph, Node node, Map<String, Shape> known) {
        Shape input = first(node, known);
        Shape weights = second(node, known);
        long group = node.intAttribute("group", 1);
        if (group < 1
                || weights.elements() == 0
                || input.dim(1) != weights.dim(1) * group
                || weights.dim(0) % group != 0) {
            throw new InvalidModelException(node.label() + " has weights " + weights + " in " + group
                    + " group(s), which do not fit its input " + input + ".");
        }
        return slide(Window.of(graph, node, input), input).with(1, weights.dim(0));
    }

    private static Shape pool(Graph graph, Node node, Shape input) {
        return slide(Window.of(graph, node, input), input);
    }

    private static Shape slide(Window window, Shape input) {
        Shape output = input;
        for (int axis = 2; axis < input.rank(); axis++) {
            output = output.with(axis, window.outputExtent(axis - 2, input.dim(axis)));
        }
        return output;
    }

    private static Shape globalPool(Shape input) {
        Shape output = input;
        for (int axis = 2; axis < input.rank(); axis++) {
            output = output.with(axis, 1);
        }
        return output;
    }

    private static Shape gemm(Node node, Map<String, Shape> known) {
        Shape a = first(node, known);
        Shape b = second(node, known);
        boolean transA = node.intAttribute("transA", 0) == 1;
        boolean transB = node.intAttribute("transB", 0) == 1;
        if (transA) {
            throw new InvalidModelException(node.label() + " transposes its input (transA), which is not supported.");
        }
        if (a.dim(1) != b.dim(transB ? 1 : 0)) {
            throw new InvalidModelException(node.label() + " has weights " + b + ", which do not fit its input " + a);
        }
        return Shape.of(a.dim(0), b.dim(transB ? 0 : 1));
    }

    private static Shape matMul(Node node, Map<String, Shape> known) {
        Shape a = first(node, known);
        Shape b = second(node, known);
        if (a.rank() < 2 || b.rank() < 2 || a.dim(-1) != b.dim(-2)) {
            throw new InvalidModelException(node.label() + " multiplies " + a + " by " + b + ", which do not fit.");
        }
        if (b.rank() == 2) {
            return a.with(-1, b.dim(-1));
        }
        Shape batch = broadcast(
                new Shape(a.dims().subList(0, a.rank() - 2)), new Shape(b.dims().subList(0, b.rank() - 2)), node);
        List<Integer> dims = new ArrayList<>(batch.dims());
        dims.add(a.dim(-2));
        dims.add(b.dim(-1));
        return new Shape(dims);
    }

    private static Shape broadcast(Node node, Map<String, Shape> known) {
        Shape result = first(node, known);
        for (String input : node.inputs().subList(1, node.inputs().size())) {
            result = broadcast(result, shape(known, input), node);
        }
        return result;
    }

    private static Shape broadcast(Shape a, Shape b, Node node) {
        int rank = Math.max(a.rank(), b.rank());
        List<Integer> dims = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            int x = i < rank - a.rank() ? 1 : a.dims().get(i - rank + a.rank());
            int y = i < rank - b.rank() ? 1 : b.dims().get(i - rank + b.rank());
            if (x != y && x != 1 && y != 1) {
                throw new InvalidModelException(node.label() + " combines " + a + " and " + b + ", which do not fit.");
            }
            dims.add(x == 1 ? y : x);
        }
        return new Shape(dims);
    }

    private static Shape concat(Node node, Map<String, Shape> known) {
        Shape result = first(node, known);
        int axis = result.axis((int) node.intAttribute("axis", 1));
        for (String input : node.inputs().subList(1, node.inputs().size())) {
            Shape other = shape(known, input);
            if (other.rank() != result.rank() || !other.with(axis, 0).equals(result.with(axis, 0))) {
                throw new InvalidModelException(
                        node.label() + " joins " + result + " and " + other + ", which do not fit.");
            }
            result = result.with(axis, Math.addExact(result.dim(axis), other.dim(axis)));
        }
        return result;
    }

    private static Shape flatten(Node node, Shape input) {
        int given = (int) node.intAttribute("axis", 1);
        int axis = given < 0 ? given + input.rank() : given;
        if (axis != 1 && input.isBatched()) {
            throw new InvalidModelException(
                    node.label() + " flattens at axis " + given + "; only axis 1 is supported.");
        }
        int inner = Math.toIntExact(input.elements(axis, input.rank()));
        return Shape.of(axis == 1 ? input.dim(0) : (int) input.elements(0, axis), inner);
    }

    private static Shape reshape(Graph graph, Node node, Shape input) {
        long[] target = graph.constant(node.inputs().get(1)).longs();
        boolean zeroIsZero = node.intAttribute("allowzero", 0) == 1;
        int[] dims = new int[target.length];
        int inferred = -1;
        long product = 1;
        for (int i = 0; i < dims.length; i++) {
            if (target[i] == 0 && !zeroIsZero) {
                dims[i] = input.dim(i);
            } else if (target[i] == -1) {
                inferred = i;
                continue;
            } else {
                dims[i] = Math.toIntExact(target[i]);
            }
            product = Math.multiplyExact(product, dims[i] == Shape.BATCH ? 1 : dims[i]);
        }
        boolean batchKept = dims.length > 0 && dims[0] == Shape.BATCH && inferred != 0;
        if (inferred == 0 && input.isBatched() && product == input.elements()) {
            dims[0] = Shape.BATCH;
        } else if (inferred >= 0
                && (batchKept || !input.isBatched())
                && product > 0
                && input.elements() % product == 0) {
            dims[inferred] = Math.toIntExact(input.elements() / product);
        } else if (inferred >= 0 || product != input.elements() || (input.isBatched() && !batchKept)) {
            throw new InvalidModelException(node.label() + " turns " + input + " into " + Arrays.toString(target)
                    + ", which does not fit or moves the batch.");
        }
        return Shape.of(dims);
    }

    private static Shape transpose(Node node, Shape input) {
        int[] order = node.intsAttribute("perm")
                .orElseGet(() -> IntStream.range(0, input.rank())
                        .map(i -> input.rank() - 1 - i)
                        .toArray());
        return Shape.of(Arrays.stream(order).map(input::dim).toArray());
    }

    private static Shape slice(Graph graph, Node node, Shape input) {
        SliceRange[] ranges = Operands.slices(graph, node, input);
        return Shape.of(IntStream.range(0, ranges.length)
                .map(axis -> ranges[axis].count())
                .toArray());
    }

    private static List<Shape> split(Graph graph, Node node, Shape input) {
        int axis = input.axis((int) node.intAttribute("axis", 0));
        int[] sizes = Operands.splitSizes(graph, node, input.dim(axis));
        if (Arrays.stream(sizes).sum() != input.dim(axis)) {
            throw new InvalidModelException(
                    node.label() + " splits " + input.dim(axis) + " into " + Arrays.toString(sizes) + ".");
        }
        return Arrays.stream(sizes).mapToObj(size -> input.with(axis, size)).toList();
    }

    private static Shape pad(Graph graph, Node node, Shape input) {
        int[] pads = Operands.pads(graph, node, input.rank());
        Shape output = input;
        for (int axis = 0; axis < input.rank(); axis++) {
            int extra = Math.addExact(pads[axis], pads[input.rank() + axis]);
            if (extra != 0) {
                if (input.dim(axis) == Shape.BATCH) {
                    throw new InvalidModelException(node.label() + " pads the batch, which is not supported.");
                }
                output = output.with(axis, Math.addExact(input.dim(axis), extra));
            }
        }
        return output;
    }

    private static Shape gather(Node node, Map<String, Shape> known) {
        Shape data = first(node, known);
        int axis = data.axis((int) node.intAttribute("axis", 0));
        List<Integer> dims = new ArrayList<>(data.dims().subList(0, axis));
        dims.addAll(second(node, known).dims());
        dims.addAll(data.dims().subList(axis + 1, data.rank()));
        return new Shape(dims);
    }

    private static Shape squeeze(Graph graph, Node node, Shape input) {
        List<Integer> dims = new ArrayList<>(input.dims());
        Optional<int[]> axes = Operands.axes(graph, node);
        if (axes.isEmpty()) {
            dims.removeAll(List.of(1));
            return new Shape(dims);
        }
        int[] descending = Arrays.stream(axes.get()).map(input::axis).sorted().toArray();
        for (int i = descending.length - 1; i >= 0; i--) {
            if (dims.remove(descending[i]) != 1) {
                throw new InvalidModelException(node.label() + " squeezes an axis of " + input + " that is not 1.");
            }
        }
        return new Shape(dims);
    }

    private static Shape unsqueeze(Graph graph, Node node, Shape input) {
        int[] axes = Operands.axes(graph, node).orElse(new int[0]);
        int rank = input.rank() + axes.length;
        List<Integer> dims = new ArrayList<>(input.dims());
        Arrays.stream(axes).map(axis -> axis < 0 ? axis + rank : axis).sorted().forEach(axis -> dims.add(axis, 1));
        return new Shape(dims);
    }

    private static Shape reduce(Graph graph, Node node, Shape input) {
        boolean keep = node.intAttribute("keepdims", 1) == 1;
        int[] axes = Operands.axes(graph, node)
                .orElseGet(() -> IntStream.range(0, input.rank()).toArray());
        List<Integer> reduced =
                new ArrayList<>(Arrays.stream(axes).map(input::axis).boxed().toList());
        reduced.sort(Collections.reverseOrder());
        List<Integer> dims = new ArrayList<>(input.dims());
        for (int axis : reduced) {
            if (keep) {
                dims.set(axis, 1);
            } else {
                dims.remove(axis);
            }
        }
        return new Shape(dims);
    }

    private static Shape first(Node node, Map<String, Shape> known) {
        return shape(known, node.inputs().get(0));
    }

    private static Shape second(Node node, Map<String, Shape> known) {
        return shape(known, node.inputs().get(1));
    }

    private static Shape shape(Map<String, Shape> known, String tensor) {
        Shape shape = known.get(tensor);
        if (shape == null) {
            throw new IllegalStateException("No shape for '" + tensor + "'");
        }
        return shape;
    }

    private static Optional<List<Shape>> one(Shape shape) {
        return Optional.of(List.of(shape));
    }
}
