package io.espalier.pruning.training;

import io.espalier.pruning.graph.Shape;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Channels, or values of a row, in an order of their own: a Gather along axis 1.
 */
final class PickedChannels implements Selection {
    private final int[] channels;
    private final Shape result;
    /** Zeros and ones: a product with it picks values of rows many times faster than copying columns one by one. */
    private final INDArray picking;

    /**
     * @param channels for each of the result's the input's, from 0
     * @param inputs channels of the input
     * @param result shape, with the batch
     */
    PickedChannels(int[] channels, int inputs, Shape result) {
        this.channels = channels.clone();
        this.result = result;
        this.picking = Nd4j.create(DataType.FLOAT, new long[] {inputs, channels.length}, 'f');
        for (int i = 0; i < channels.length; i++) {
            picking.putScalar(channels[i], i, 1);
        }
    }

    @Override
    public InputType outputType() {
        return result.rank() == 2
                ? InputType.feedForward(result.dim(1))
                : InputType.convolutional(result.dim(2), result.dim(3), result.dim(1));
    }

    @Override
    public INDArray take(INDArray input, LayerWorkspaceMgr workspaces) {
        if (input.rank() == 2) {
            INDArray taken = workspaces.createUninitialized(
                    ArrayType.ACTIVATIONS, input.dataType(), new long[] {input.size(0), channels.length}, 'f');
            return input.mmuli(picking, taken);
        }
        long[] shape = input.shape().clone();
        shape[1] = channels.length;
        INDArray taken = workspaces.create(ArrayType.ACTIVATIONS, input.dataType(), shape, 'c');
        for (int i = 0; i < channels.length; i++) {
            taken.get(channel(i)).assign(input.get(channel(channels[i])));
        }
        return taken;
    }

    @Override
    public INDArray giveBack(INDArray gradient, long[] inputShape, LayerWorkspaceMgr workspaces) {
        if (gradient.rank() == 2) {
            INDArray sum =
                    workspaces.createUninitialized(ArrayType.ACTIVATION_GRAD, gradient.dataType(), inputShape, 'f');
            return gradient.mmuli(picking.transpose(), sum);
        }
        INDArray sum = workspaces.create(ArrayType.ACTIVATION_GRAD, gradient.dataType(), inputShape, 'c');
        for (int i = 0; i < channels.length; i++) {
            sum.get(channel(channels[i])).addi(gradient.get(channel(i)));
        }
        return sum;
    }

    private static INDArrayIndex[] channel(int index) {
        return new INDArrayIndex[] {NDArrayIndex.all(), NDArrayIndex.point(index)};
    }
}
