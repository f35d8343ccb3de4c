package io.espalier.pruning.evaluation;

import io.espalier.pruning.graph.Shape;
import java.nio.FloatBuffer;

/** Adds up one tensor's values by channel, batch after batch; its memory does not grow with the samples. */
final class ChannelTally implements ActivationTally {
    private final int inner;
    private final long[] zeros;
    private final double[] sums;
    private final double[] squares;
    private long values;

    ChannelTally(Shape shape, int axis) {
        this.inner = (int) shape.elements(axis + 1, shape.rank());
        int channels = shape.dim(axis);
        this.zeros = new long[channels];
        this.sums = new double[channels];
        this.squares = new double[channels];
    }

    @Override
    public void add(FloatBuffer batch) {
        int channels = zeros.length;
        int blocks = batch.remaining() / (channels * inner);
        for (int block = 0; block < blocks; block++) {
            for (int channel = 0; channel < channels; channel++) {
                for (int i = 0; i < inner; i++) {
                    double value = batch.get();
                    zeros[channel] += value == 0 ? 1 : 0;
                    sums[channel] += value;
                    squares[channel] += value * value;
                }
            }
        }
        values += (long) blocks * inner;
    }

    ChannelStatistics statistics() {
        double[] zeroShare = new double[zeros.length];
        double[] mean = new double[zeros.length];
        double[] meanSquare = new double[zeros.length];
        for (int channel = 0; channel < zeros.length; channel++) {
            zeroShare[channel] = (double) zeros[channel] / values;
            mean[channel] = sums[channel] / values;
            meanSquare[channel] = squares[channel] / values;
        }
        return new ChannelStatistics(values, zeroShare, mean, meanSquare);
    }
}
