package io.espalier.pruning.training;

import java.util.Arrays;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Copies a strided box of a {@code [batch, channels, height, width]} tensor into a box of zeros: a Slice where the box
 * fills the result, a zero Pad where it is the whole input.
 *
 * <p>Arrays have three elements: channels, height, width.
 *
 * @param from first position taken of each axis
 * @param step distance between positions taken
 * @param count positions taken
 * @param to where the first one lands
 * @param size extents of the result
 */
@SuppressWarnings("ArrayRecordComponent")
record Region(int[] from, int[] step, int[] count, int[] to, int[] size) implements Selection {
    private static final int[] EVERY = {1, 1, 1};

    static Region pad(int[] input, int[] begin, int[] end) {
        int[] size = new int[3];
        for (int a = 0; a < 3; a++) {
            size[a] = begin[a] + input[a] + end[a];
        }
        return new Region(new int[3], EVERY, input, begin, size);
    }

    static Region slice(int[] from, int[] step, int[] count) {
        return new Region(from, step, count, new int[3], count);
    }

    @Override
    public InputType outputType() {
        return InputType.convolutional(size[1], size[2], size[0]);
    }

    @Override
    public INDArray take(INDArray input, LayerWorkspaceMgr workspaces) {
        INDArray taken = input.get(box(from, step, count));
        if (Arrays.equals(count, size)) {
            return workspaces.dup(ArrayType.ACTIVATIONS, taken, 'c');
        }
        INDArray result =
                workspaces.create(ArrayType.ACTIVATIONS, input.dataType(), input.size(0), size[0], size[1], size[2]);
        result.get(box(to, EVERY, count)).assign(taken);
        return result;
    }

    @Override
    public INDArray giveBack(INDArray gradient, long[] inputShape, LayerWorkspaceMgr workspaces) {
        INDArray result = workspaces.create(ArrayType.ACTIVATION_GRAD, gradient.dataType(), inputShape);
        result.get(box(from, step, count)).assign(gradient.get(box(to, EVERY, count)));
        return result;
    }

    private static INDArrayIndex[] box(int[] from, int[] step, int[] count) {
        INDArrayIndex[] indices = new INDArrayIndex[4];
        indices[0] = NDArrayIndex.all();
        for (int a = 0; a < 3; a++) {
            int last = from[a] + (count[a] - 1) * step[a];
            indices[a + 1] = step[a] == 1
                    ? NDArrayIndex.interval(from[a], last + 1)
                    : NDArrayIndex.interval(from[a], step[a], last + 1);
        }
        return indices;
    }
}
