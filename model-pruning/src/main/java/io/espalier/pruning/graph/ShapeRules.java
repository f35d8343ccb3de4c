package io.espalier.pruning.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The shape of each operator's outputs from the shapes of its inputs, as the ONNX specification defines it. */
final class ShapeRules {
    private ShapeRules() {}

    /** Empty for an operator that is not known, and where the batch would leave its axis. */
    static Optional<List<Shape>> outputs(Graph graph, Node node, Map<String, Shape> known) {
        if (!Operators.isKnown(node)) {
            return Optional.empty();
        }
        if (node.input(0).isEmpty()) {
            throw new InvalidModelException(node.label() + " has no first input.");
        }
        Shape first = shape(known, node, 0);
        return switch (node.opType()) {
            case "BatchNormalization" -> one(batchNorm(node, known, first));
            case "Conv" -> one(convolution(node, known, first));
            case "MaxPool", "AveragePool" -> one(slide(Window.of(graph, node, first), first));
            case "GlobalAveragePool", "GlobalMaxPool" -> one(globalPool(node, first));
            case "Gemm" -> one(gemm(node, known, first));
            case "MatMul" -> one(matMul(node, known, first));
            case "Add", "Sub", "Mul", "Div", "PRelu", "Pow" -> one(binary(node, known, first));
            case "Max", "Min", "Sum" -> one(broadcast(node, known, first));
            case "Concat" -> one(concat(node, known, first));
            case "Gather" -> one(gather(graph, node, known, first));
            default -> Operators.isElementwise(node) ? one(first) : ShapeOperatorRules.outputs(graph, node, first);
        };
    }

    private static Shape batchNorm(Node node, Map<String, Shape> known, Shape input) {
        for (int i = 1; i < 5; i++) {
            Shape operand = shape(known, node, i);
            if (operand.rank() != 1 || operand.dim(0) != input.dim(1)) {
                throw new InvalidModelException(node.label() + " has an operand of the shape " + operand
                        + ", which does not fit the channels of its input " + input + ".");
            }
        }
        return input;
    }

    private static Shape convolution(Node node, Map<String, Shape> known, Shape input) {
        Shape weights = shape(known, node, 1);
        long group = node.intAttribute("group", 1);
        if (group < 1
                || weights.elements() == 0
                || weights.rank() != input.rank()
                || input.dim(1) != weights.dim(1) * group
                || weights.dim(0) % group != 0) {
            throw new InvalidModelException(node.label() + " has weights " + weights + " in " + group
                    + " group(s), which do not fit its input " + input + ".");
        }
        Window window = Window.of(node, input, Optional.of(weights));
        if (!Shape.of(window.kernel()).dims().equals(weights.dims().subList(2, weights.rank()))) {
            throw new InvalidModelException(node.label() + " has the kernel_shape " + Shape.of(window.kernel())
                    + ", which is not that of its weights " + weights + ".");
        }
        if (node.input(2).isPresent() && shape(known, node, 2).elements() != weights.dim(0)) {
            throw new InvalidModelException(
                    node.label() + " has a bias " + shape(known, node, 2) + " for " + weights.dim(0) + " filters.");
        }
        return slide(window, input).with(1, weights.dim(0));
    }

    private static Shape slide(Window window, Shape input) {
        Shape output = input;
        for (int axis = 2; axis < input.rank(); axis++) {
            output = output.with(axis, window.outputExtent(axis - 2, input.dim(axis)));
        }
        return output;
    }

    private static Shape globalPool(Node node, Shape input) {
        if (input.rank() < 3) {
            throw new InvalidModelException(node.label() + " pools " + input + ", which has no spatial axis.");
        }
        Shape output = input;
        for (int axis = 2; axis < input.rank(); axis++) {
            output = output.with(axis, 1);
        }
        return output;
    }

    private static Shape gemm(Node node, Map<String, Shape> known, Shape a) {
        Shape b = shape(known, node, 1);
        boolean transB = node.intAttribute("transB", 0) == 1;
        if (node.intAttribute("transA", 0) == 1) {
            throw new InvalidModelException(node.label() + " transposes its input (transA), which is not supported.");
        }
        if (a.rank() != 2 || b.rank() != 2 || a.dim(1) != b.dim(transB ? 1 : 0)) {
            throw new InvalidModelException(node.label() + " has weights " + b + ", which do not fit its input " + a);
        }
        Shape output = Shape.of(a.dim(0), b.dim(transB ? 0 : 1));
        if (node.input(2).isPresent()
                && !broadcast(output, shape(known, node, 2), node).equals(output)) {
            throw new InvalidModelException(
                    node.label() + " adds " + shape(known, node, 2) + " to " + output + ", which do not fit.");
        }
        return output;
    }

    private static Shape matMul(Node node, Map<String, Shape> known, Shape a) {
        Shape b = shape(known, node, 1);
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

    private static Shape binary(Node node, Map<String, Shape> known, Shape first) {
        if (node.inputs().size() != 2) {
            throw new InvalidModelException(
                    node.label() + " has " + node.inputs().size() + " inputs; it needs 2.");
        }
        return broadcast(node, known, first);
    }

    private static Shape broadcast(Node node, Map<String, Shape> known, Shape first) {
        Shape result = first;
        for (int i = 1; i < node.inputs().size(); i++) {
            result = broadcast(result, shape(known, node, i), node);
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

    private static Shape concat(Node node, Map<String, Shape> known, Shape first) {
        int axis = first.axis((int) node.intAttribute("axis", 1));
        Shape result = first;
        for (int i = 1; i < node.inputs().size(); i++) {
            Shape other = shape(known, node, i);
            boolean fits = other.rank() == result.rank()
                    && other.with(axis, 0).equals(result.with(axis, 0))
                    && result.dim(axis) != Shape.BATCH
                    && other.dim(axis) != Shape.BATCH;
            if (!fits) {
                throw new InvalidModelException(
                        node.label() + " joins " + result + " and " + other + ", which do not fit.");
            }
            result = result.with(axis, Math.addExact(result.dim(axis), other.dim(axis)));
        }
        return result;
    }

    private static Shape gather(Graph graph, Node node, Map<String, Shape> known, Shape data) {
        int axis = data.axis((int) node.intAttribute("axis", 0));
        int extent = data.dim(axis);
        for (long index : graph.constantInput(node, 1).map(Tensor::longs).orElse(new long[0])) {
            if (extent != Shape.BATCH && (index < -extent || index >= extent)) {
                throw new InvalidModelException(
                        node.label() + " picks position " + index + " of an axis of " + extent + ".");
            }
        }
        List<Integer> dims = new ArrayList<>(data.dims().subList(0, axis));
        dims.addAll(shape(known, node, 1).dims());
        dims.addAll(data.dims().subList(axis + 1, data.rank()));
        return new Shape(dims);
    }

    /** The shape of an input that must be there. */
    private static Shape shape(Map<String, Shape> known, Node node, int index) {
        Shape shape = known.get(node.input(index).orElse(""));
        if (shape == null) {
            throw new InvalidModelException(node.label() + " has no input " + index + ". Export the model again.");
        }
        return shape;
    }

    private static Optional<List<Shape>> one(Shape shape) {
        return Optional.of(List.of(shape));
    }
}
