package io.espalier.pruning.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The shape of what is left by the operators that only move, cut or reduce one tensor. */
final class ShapeOperatorRules {
    private ShapeOperatorRules() {}

    /** Empty for an operator that is not known, and where the batch would leave its axis. */
    static Optional<List<Shape>> outputs(Graph graph, Node node, Shape input) {
        return switch (node.opType()) {
            case "Flatten" -> one(flatten(node, input));
            case "Reshape" -> one(reshape(graph, node, input));
            case "Transpose" -> transpose(node, input);
            case "Slice" -> one(slice(graph, node, input));
            case "Split" -> Optional.of(split(graph, node, input));
            case "Pad" -> one(pad(graph, node, input));
            case "Squeeze" -> one(squeeze(graph, node, input));
            case "Unsqueeze" -> unsqueeze(graph, node, input);
            case "ReduceMean" -> one(reduce(graph, node, input));
            default -> Optional.empty();
        };
    }

    private static Shape flatten(Node node, Shape input) {
        long given = node.intAttribute("axis", 1);
        long counted = given < 0 ? given + input.rank() : given;
        if (counted < 0 || counted > input.rank() || (counted != 1 && input.isBatched())) {
            throw new InvalidModelException(
                    node.label() + " flattens " + input + " at axis " + given + "; only axis 1 is supported.");
        }
        int axis = (int) counted;
        int outer = axis == 1 ? input.dim(0) : Math.toIntExact(input.elements(0, axis));
        return Shape.of(outer, Math.toIntExact(input.elements(axis, input.rank())));
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
            } else if (target[i] == -1 && inferred < 0) {
                inferred = i;
                continue;
            } else if (target[i] < 0) {
                throw new InvalidModelException(node.label() + " has the target " + Arrays.toString(target)
                        + "; one extent may be -1, no other may be negative.");
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

    private static Optional<List<Shape>> transpose(Node node, Shape input) {
        int[] order = Operands.permutation(node, input.rank());
        boolean batchMoves = input.isBatched() && order[0] != 0;
        return batchMoves
                ? Optional.empty()
                : one(Shape.of(Arrays.stream(order).map(input::dim).toArray()));
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
        boolean whole = sizes.length == node.outputs().size()
                && Arrays.stream(sizes).allMatch(size -> size >= 0)
                && Arrays.stream(sizes).asLongStream().sum() == input.dim(axis);
        if (!whole) {
            throw new InvalidModelException(
                    node.label() + " splits " + input.dim(axis) + " into " + Arrays.toString(sizes) + ".");
        }
        return Arrays.stream(sizes).mapToObj(size -> input.with(axis, size)).toList();
    }

    private static Shape pad(Graph graph, Node node, Shape input) {
        int rank = input.rank();
        int[] pads = Operands.pads(graph, node, rank);
        Shape output = input;
        for (int axis = 0; axis < rank; axis++) {
            if (pads[axis] == 0 && pads[rank + axis] == 0) {
                continue;
            }
            if (input.dim(axis) == Shape.BATCH) {
                throw new InvalidModelException(node.label() + " pads the batch, which is not supported.");
            }
            int extra = Math.addExact(pads[axis], pads[rank + axis]);
            int extent = Math.addExact(input.dim(axis), extra);
            if (extent < 0) {
                throw new InvalidModelException(
                        node.label() + " cuts " + -extra + " positions from an axis of " + input.dim(axis) + ".");
            }
            output = output.with(axis, extent);
        }
        return output;
    }

    private static Shape squeeze(Graph graph, Node node, Shape input) {
        List<Integer> dims = new ArrayList<>(input.dims());
        Optional<int[]> axes = Operands.axes(graph, node);
        if (axes.isEmpty()) {
            dims.removeAll(List.of(1));
            return new Shape(dims);
        }
        int[] ascending = distinct(node, axes.get(), input.rank());
        for (int i = ascending.length - 1; i >= 0; i--) {
            if (dims.remove(ascending[i]) != 1) {
                throw new InvalidModelException(node.label() + " squeezes an axis of " + input + " that is not 1.");
            }
        }
        return new Shape(dims);
    }

    private static Optional<List<Shape>> unsqueeze(Graph graph, Node node, Shape input) {
        int[] given = Operands.axes(graph, node).orElse(new int[0]);
        int[] ascending = distinct(node, given, input.rank() + given.length);
        boolean batchMoves = input.isBatched() && ascending.length > 0 && ascending[0] == 0;
        if (batchMoves) {
            return Optional.empty();
        }
        List<Integer> dims = new ArrayList<>(input.dims());
        for (int axis : ascending) {
            dims.add(axis, 1);
        }
        return one(new Shape(dims));
    }

    private static Shape reduce(Graph graph, Node node, Shape input) {
        boolean keep = node.intAttribute("keepdims", 1) == 1;
        int[] ascending = distinct(node, Operands.reducedAxes(graph, node, input.rank()), input.rank());
        List<Integer> dims = new ArrayList<>(input.dims());
        for (int i = ascending.length - 1; i >= 0; i--) {
            if (keep) {
                dims.set(ascending[i], 1);
            } else {
                dims.remove(ascending[i]);
            }
        }
        return new Shape(dims);
    }

    /** Axes of a tensor of this rank, counted from 0 and ascending; refuses one that is named twice. */
    private static int[] distinct(Node node, int[] axes, int rank) {
        int[] ascending = Arrays.stream(axes)
                .map(axis -> Operands.axis(node, axis, rank))
                .sorted()
                .distinct()
                .toArray();
        if (ascending.length != axes.length) {
            throw new InvalidModelException(node.label() + " names an axis twice: " + Arrays.toString(axes) + ".");
        }
        return ascending;
    }

    private static Optional<List<Shape>> one(Shape shape) {
        return Optional.of(List.of(shape));
    }
}
