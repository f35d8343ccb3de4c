package io.espalier.pruning.onnx;

import io.espalier.pruning.graph.ElementType;
import io.espalier.pruning.graph.Shape;
import io.espalier.pruning.graph.Tensor;
import java.util.Arrays;
import java.util.List;

/** A tensor known while reading. Elements of a shape may stand for the symbolic batch. */
final class KnownTensor {
    private final Tensor tensor;
    /** For each element, whether it is the batch; the tensor holds {@link Shape#BATCH} there. */
    private final boolean[] batch;

    private KnownTensor(Tensor tensor, boolean[] batch) {
        this.tensor = tensor;
        this.batch = batch;
    }

    static KnownTensor constant(Tensor tensor) {
        return new KnownTensor(tensor, new boolean[0]);
    }

    /** The result of a Shape node: some extents of a shape. */
    static KnownTensor extents(List<Integer> dims) {
        boolean[] batch = new boolean[dims.size()];
        long[] numbers = new long[batch.length];
        for (int i = 0; i < batch.length; i++) {
            numbers[i] = dims.get(i);
            batch[i] = dims.get(i) == Shape.BATCH;
        }
        return new KnownTensor(Tensor.vector(numbers), batch);
    }

    Tensor tensor() {
        return tensor;
    }

    Shape shape() {
        return tensor.shape();
    }

    boolean isBatch(int element) {
        return element < batch.length && batch[element];
    }

    boolean isConstant() {
        for (boolean symbolic : batch) {
            if (symbolic) {
                return false;
            }
        }
        return true;
    }

    /** Whether the first element is the batch and no other. */
    boolean startsWithBatch() {
        for (int i = 0; i < batch.length; i++) {
            if (batch[i] != (i == 0)) {
                return false;
            }
        }
        return batch.length > 0;
    }

    KnownTensor reshaped(Shape shape) {
        return new KnownTensor(tensor.reshaped(shape), batch);
    }

    /** The elements at these row-major indices. */
    KnownTensor gathered(int[] indices, Shape shape) {
        boolean[] moved = new boolean[isConstant() ? 0 : indices.length];
        for (int i = 0; i < moved.length; i++) {
            moved[i] = isBatch(indices[i]);
        }
        return new KnownTensor(tensor.gathered(indices, shape), moved);
    }

    /** The same elements, the batch among them, held in another tensor. */
    KnownTensor heldIn(Tensor other) {
        return new KnownTensor(other, batch);
    }

    /** Integer tensors one after another. */
    static KnownTensor joined(List<KnownTensor> parts, Shape shape) {
        long[] numbers = parts.stream()
                .flatMapToLong(part -> Arrays.stream(part.tensor.longs()))
                .toArray();
        boolean[] batch = new boolean[numbers.length];
        int at = 0;
        for (KnownTensor part : parts) {
            for (int i = 0; i < part.tensor.elements(); i++) {
                batch[at++] = part.isBatch(i);
            }
        }
        ElementType type = parts.get(0).tensor.type();
        return new KnownTensor(Tensor.ofIntegers(type, numbers, shape), batch);
    }
}
