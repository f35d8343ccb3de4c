package io.espalier.pruning.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The extents of a tensor. {@link #BATCH} on axis 0 stands for the symbolic batch; no other extent is symbolic.
 *
 * @param dims the extents, outermost first; empty for a scalar
 */
public record Shape(List<Integer> dims) {
    private static final int MAX_RANK = 16;
    /** The symbolic batch extent. */
    public static final int BATCH = -1;

    public Shape {
        dims = List.copyOf(dims);
        if (dims.size() > MAX_RANK) {
            throw new InvalidModelException(
                    "A tensor has " + dims.size() + " axes; at most " + MAX_RANK + " are accepted.");
        }
        for (int axis = 0; axis < dims.size(); axis++) {
            int dim = dims.get(axis);
            if (dim < 0 && (dim != BATCH || axis > 0)) {
                throw new InvalidModelException("Axis " + axis + " of a shape has the negative extent " + dim + ": "
                        + dims + ". Only axis 0 may be symbolic (" + BATCH + ").");
            }
        }
        elements(dims);
    }

    public static Shape of(int... dims) {
        return new Shape(Arrays.stream(dims).boxed().toList());
    }

    public int rank() {
        return dims.size();
    }

    /** The extent of an axis; negative axes count from the end. */
    public int dim(int axis) {
        return dims.get(axis(axis));
    }

    /** The axis as a number from 0; negative axes count from the end. */
    public int axis(int axis) {
        int normalised = axis < 0 ? axis + rank() : axis;
        if (normalised < 0 || normalised >= rank()) {
            throw new InvalidModelException("Axis " + axis + " does not exist in a tensor of shape " + this);
        }
        return normalised;
    }

    /** Elements of one sample: the symbolic batch counts as 1. */
    public long elements() {
        return elements(dims);
    }

    /** Whether the first extent is the symbolic batch. */
    public boolean isBatched() {
        return !dims.isEmpty() && dims.get(0) == BATCH;
    }

    /** The same shape with one extent replaced. */
    public Shape with(int axis, int extent) {
        List<Integer> copy = new ArrayList<>(dims);
        copy.set(axis(axis), extent);
        return new Shape(copy);
    }

    /** The extents as an array of its own; the batch is -1. */
    public int[] toArray() {
        return dims.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Elements of the block spanned by the axes from {@code from} (inclusive) to {@code to} (exclusive). */
    public long elements(int from, int to) {
        return elements(dims.subList(from, to));
    }

    @Override
    public String toString() {
        return dims.stream().map(d -> d == BATCH ? "N" : d.toString()).collect(Collectors.joining("x", "[", "]"));
    }

    private static long elements(List<Integer> dims) {
        long product = 1;
        for (int dim : dims) {
            try {
                product = Math.multiplyExact(product, dim == BATCH ? 1L : dim);
            } catch (ArithmeticException e) {
                throw new InvalidModelException("The extents " + dims + " overflow: no tensor can be this large.", e);
            }
        }
        return product;
    }
}
