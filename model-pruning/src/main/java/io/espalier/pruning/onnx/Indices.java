package io.espalier.pruning.onnx;

import io.espalier.pruning.graph.Shape;

/** Row-major strides, to find where an element of a rearranged tensor comes from. */
final class Indices {
    private Indices() {}

    static int[] strides(Shape shape) {
        int[] strides = new int[shape.rank()];
        int stride = 1;
        for (int axis = strides.length - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= shape.dim(axis);
        }
        return strides;
    }

    /**
     * For each element of {@code shape}, in order, {@code offset} plus the sum over its axes of position times step.
     *
     * <p>With the strides of another tensor as steps, permuted, multiplied or zero, that is where a Transpose, a Slice or
     * a broadcast finds the element.
     */
    static int[] walk(Shape shape, int offset, int[] steps) {
        int[] indices = new int[(int) shape.elements()];
        int[] position = new int[shape.rank()];
        int at = offset;
        for (int i = 0; i < indices.length; i++) {
            indices[i] = at;
            for (int axis = position.length - 1; axis >= 0; axis--) {
                at += steps[axis];
                if (++position[axis] < shape.dim(axis)) {
                    break;
                }
                at -= steps[axis] * position[axis];
                position[axis] = 0;
            }
        }
        return indices;
    }
}
