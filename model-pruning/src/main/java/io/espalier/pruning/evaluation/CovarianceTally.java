package io.espalier.pruning.evaluation;

import io.espalier.pruning.graph.Shape;
import java.nio.FloatBuffer;

/**
 * How the channels of one tensor vary together, over samples and positions.
 *
 * <p>Cost: c^2 / 2 multiplications for each place looked at, fewer where values are zero; 8 c^2 bytes for c channels.
 */
public final class CovarianceTally implements ActivationTally {
    /** Neighbouring positions of an image say nearly the same. */
    private static final int MOST_PLACES = 24;

    private final int[][] positions;
    private final int extent;
    private final int inner;
    private final int stride;
    private final double[] sums;
    private final double[][] products;
    private final int[] live;
    private final double[] values;
    private long samples;
    private long places;

    /**
     * Looks at a tensor whose channels lie along axis 1.
     *
     * @param shape with the batch
     * @param positions rows of positions along the axis: one for each channel, or -1 where a channel is not in the tensor. A
     *     flattened image has a row for each of its pixels
     */
    public CovarianceTally(Shape shape, int[][] positions) {
        this.positions = positions;
        this.extent = shape.dim(1);
        this.inner = (int) shape.elements(2, shape.rank());
        int all = positions.length * inner;
        this.stride = Math.max(1, (all + MOST_PLACES - 1) / MOST_PLACES);
        int channels = positions[0].length;
        this.sums = new double[channels];
        this.products = new double[channels][];
        for (int c = 0; c < channels; c++) {
            products[c] = new double[channels - c];
        }
        this.live = new int[channels];
        this.values = new double[channels];
    }

    @Override
    public void add(FloatBuffer batch) {
        int sample = extent * inner;
        int first = batch.position();
        int added = batch.remaining() / sample;
        for (int s = 0; s < added; s++) {
            int from = first + s * sample;
            // Each sample begins elsewhere, so that all places have their turn.
            for (int place = (int) (samples++ % stride); place < positions.length * inner; place += stride) {
                add(batch, from + place % inner, positions[place / inner]);
            }
        }
    }

    private void add(FloatBuffer batch, int offset, int[] at) {
        int found = 0;
        for (int c = 0; c < at.length; c++) {
            double value = at[c] < 0 ? 0 : batch.get(offset + at[c] * inner);
            if (value != 0) {
                sums[c] += value;
                values[found] = value;
                live[found++] = c;
            }
        }
        for (int i = 0; i < found; i++) {
            double[] row = products[live[i]];
            double value = values[i];
            int shift = live[i];
            for (int j = i; j < found; j++) {
                row[live[j] - shift] += value * values[j];
            }
        }
        places++;
    }

    /**
     * The covariance matrix.
     *
     * <p>Shape: {@code [channels, channels]}, symmetric.
     */
    public double[][] covariance() {
        int channels = sums.length;
        double[][] covariance = new double[channels][channels];
        for (int a = 0; a < channels; a++) {
            for (int b = a; b < channels; b++) {
                double value = products[a][b - a] / places - sums[a] / places * (sums[b] / places);
                covariance[a][b] = value;
                covariance[b][a] = value;
            }
        }
        return covariance;
    }
}
