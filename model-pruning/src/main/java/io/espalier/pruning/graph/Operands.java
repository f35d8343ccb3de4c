package io.espalier.pruning.graph;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/** Operands that moved from attributes to inputs between opsets, read the same way for all of them. */
public final class Operands {
    private Operands() {}

    /** The axes of Squeeze, Unsqueeze or ReduceMean. */
    public static Optional<int[]> axes(Graph graph, Node node) {
        return ints(graph, node, "axes", 1);
    }

    /** The axes a ReduceMean takes the mean over, among those of a tensor of this rank. */
    public static int[] reducedAxes(Graph graph, Node node, int rank) {
        int[] given = axes(graph, node).orElse(new int[0]);
        boolean none = given.length == 0 && node.intAttribute("noop_with_empty_axes", 0) == 1;
        return given.length > 0 || none ? given : IntStream.range(0, rank).toArray();
    }

    /** The input axis at each output axis of a Transpose of a tensor of this rank. */
    public static int[] permutation(Node node, int rank) {
        int[] order = node.intsAttribute("perm")
                .orElseGet(() -> IntStream.range(0, rank).map(i -> rank - 1 - i).toArray());
        int[] sorted = order.clone();
        Arrays.sort(sorted);
        if (!Arrays.equals(sorted, IntStream.range(0, rank).toArray())) {
            throw new InvalidModelException(node.label() + " has the perm " + Arrays.toString(order)
                    + ", which does not name each axis of a tensor of rank " + rank + " once.");
        }
        return order;
    }

    /** The axis counted from 0; refuses one that a tensor of this rank does not have. */
    static int axis(Node node, int axis, int rank) {
        int counted = axis < 0 ? axis + rank : axis;
        if (counted < 0 || counted >= rank) {
            throw new InvalidModelException(
                    node.label() + " names axis " + axis + " of a tensor of rank " + rank + ".");
        }
        return counted;
    }

    /** The amounts of a Pad: all begins, then all ends, one of each per axis of a tensor of this rank. */
    public static int[] pads(Graph graph, Node node, int rank) {
        int[] pads = ints(graph, node, "pads", 1)
                .orElseThrow(() -> new InvalidModelException(node.label() + " does not say how much to pad."));
        Optional<int[]> axes = ints(graph, node, "axes", 3);
        if (axes.isEmpty()) {
            if (pads.length != 2 * rank) {
                throw new InvalidModelException(node.label() + " has " + pads.length + " pads for a tensor of rank "
                        + rank + "; " + 2 * rank + " are needed.");
            }
            return pads;
        }
        int[] full = new int[2 * rank];
        int[] given = axes.get();
        if (pads.length != 2 * given.length) {
            throw new InvalidModelException(
                    node.label() + " has " + pads.length + " pads for " + given.length + " axes.");
        }
        for (int i = 0; i < given.length; i++) {
            int axis = axis(node, given[i], rank);
            full[axis] = pads[i];
            full[rank + axis] = pads[given.length + i];
        }
        return full;
    }

    /** Whether a Pad fills with zeros. */
    public static boolean padsWithZero(Graph graph, Node node) {
        boolean constant = node.stringAttribute("mode", "constant").equals("constant");
        Optional<Tensor> value = graph.constantInput(node, 2);
        boolean zero = node.input(2).isPresent()
                ? value.filter(Tensor::isFloat)
                        .filter(v -> scalar(node, v) == 0)
                        .isPresent()
                : node.floatAttribute("value", 0) == 0;
        return constant && zero;
    }

    /** The lower and upper bound of a Clip; infinite where it has none. */
    public static float[] clipBounds(Graph graph, Node node) {
        return new float[] {
            clipBound(graph, node, 1, "min", Float.NEGATIVE_INFINITY),
            clipBound(graph, node, 2, "max", Float.POSITIVE_INFINITY)
        };
    }

    private static float clipBound(Graph graph, Node node, int index, String attribute, float none) {
        Optional<Tensor> bound = graph.constantInput(node, index);
        if (bound.isPresent()) {
            return scalar(node, bound.get());
        }
        if (node.input(index).isPresent()) {
            throw new InvalidModelException(node.label() + " has a bound that the graph computes.");
        }
        return node.floatAttribute(attribute, none);
    }

    private static float scalar(Node node, Tensor tensor) {
        if (tensor.elements() != 1) {
            throw new InvalidModelException(
                    node.label() + " has an operand of the shape " + tensor.shape() + " where one number is needed.");
        }
        return tensor.at(0);
    }

    /** What a Slice takes of each axis of its input. */
    public static SliceRange[] slices(Graph graph, Node node, Shape input) {
        int[] starts = required(ints(graph, node, "starts", 1), node, "starts");
        int[] ends = required(ints(graph, node, "ends", 2), node, "ends");
        int[] axes = ints(graph, node, "axes", 3)
                .orElseGet(() -> IntStream.range(0, starts.length).toArray());
        int[] steps = ints(graph, node, "steps", 4).orElseGet(() -> filled(starts.length, 1));
        if (ends.length != starts.length || axes.length != starts.length || steps.length != starts.length) {
            throw new InvalidModelException(node.label() + " has " + starts.length + " starts, " + ends.length
                    + " ends, " + axes.length + " axes and " + steps.length + " steps; they must be as many.");
        }
        SliceRange[] ranges = new SliceRange[input.rank()];
        for (int a = 0; a < ranges.length; a++) {
            ranges[a] = new SliceRange(0, 1, input.dim(a));
        }
        for (int i = 0; i < axes.length; i++) {
            int axis = input.axis(axes[i]);
            if (input.dim(axis) == Shape.BATCH) {
                if (starts[i] != 0 || ends[i] != Integer.MAX_VALUE || steps[i] != 1) {
                    throw new InvalidModelException(node.label() + " slices the batch; only other axes may be sliced.");
                }
                continue;
            }
            ranges[axis] = SliceRange.of(starts[i], ends[i], steps[i], input.dim(axis), node);
        }
        return ranges;
    }

    /** The extents into which a Split divides its axis. */
    public static int[] splitSizes(Graph graph, Node node, int extent) {
        return ints(graph, node, "split", 1).orElseGet(() -> {
            int parts = node.outputs().size();
            int size = (extent + parts - 1) / parts;
            int[] sizes = filled(parts, size);
            sizes[parts - 1] = extent - size * (parts - 1);
            return sizes;
        });
    }

    private static Optional<int[]> ints(Graph graph, Node node, String attribute, int inputIndex) {
        Optional<int[]> attributed = node.intsAttribute(attribute);
        if (attributed.isPresent() || node.input(inputIndex).isEmpty()) {
            return attributed;
        }
        long[] values = graph.constant(node.inputs().get(inputIndex)).longs();
        return Optional.of(Arrays.stream(values)
                .mapToInt(v -> (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, v)))
                .toArray());
    }

    private static int[] required(Optional<int[]> values, Node node, String what) {
        return values.orElseThrow(() -> new InvalidModelException(node.label() + " has no " + what + "."));
    }

    private static int[] filled(int length, int value) {
        int[] array = new int[length];
        Arrays.fill(array, value);
        return array;
    }
}
