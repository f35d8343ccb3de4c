package io.espalier.pruning.evaluation;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.Samples;
import java.util.stream.IntStream;

/**
 * How large a model's outputs are over some samples and how much they vary, each output taken as a whole: squares are
 * summed over its numbers and over the samples.
 *
 * <p><b>Cost:</b> 16 bytes for each number that a sample gets, however many samples there are.
 */
public final class OutputSpread {
    private static final int BATCH = 64;
    /** An output counts as varying at least this share of its own size: what is constant can only be hit or missed. */
    private static final double LEAST_VARIATION = 1e-6;

    private final int[] sizes;
    private final double[] sums;
    private final double[] squares;
    private int samples;

    OutputSpread(int[] sizes) {
        this.sizes = sizes.clone();
        int columns = IntStream.of(sizes).sum();
        this.sums = new double[columns];
        this.squares = new double[columns];
    }

    /** Runs a model over samples. Errors: {@link UnusableModelException} as {@link #add}. */
    public static OutputSpread of(OnnxModel model, Samples samples, InputContract contract) {
        OutputSpread spread = new OutputSpread(model.outputSizes());
        SampleFeed.forEachBatch(model.input(), samples, contract, BATCH, (from, values, count) -> {
            for (float[] row : model.run(values, count)) {
                spread.add(row);
            }
        });
        return spread;
    }

    /** Counts what one sample got. Errors: {@link UnusableModelException} where that is infinite or NaN. */
    void add(float[] row) {
        for (int c = 0; c < row.length; c++) {
            if (!Float.isFinite(row[c])) {
                throw new UnusableModelException("The model gives " + row[c] + " for sample " + samples
                        + ": nothing can be held against that. Check the model and the scaling of its input");
            }
            sums[c] += row[c];
            squares[c] += (double) row[c] * row[c];
        }
        samples++;
    }

    /** How many samples were counted. */
    public int samples() {
        return samples;
    }

    /** Sum of an output's squares; where that is 0, as if each sample's were 1. */
    public double square(int output) {
        double sum = columns(output).mapToDouble(c -> squares[c]).sum();
        return sum > 0 ? sum : samples;
    }

    /** Sum of an output's squared distances from its mean, at least a millionth of its squares. */
    public double variation(int output) {
        return Math.max(distance(output), LEAST_VARIATION * square(output));
    }

    /** Whether all outputs are the same for all samples, but for rounding. */
    boolean isConstant() {
        return IntStream.range(0, sizes.length)
                .allMatch(output -> distance(output) <= LEAST_VARIATION * LEAST_VARIATION * square(output));
    }

    private double distance(int output) {
        return columns(output)
                .mapToDouble(c -> Math.max(0, squares[c] - sums[c] * sums[c] / samples))
                .sum();
    }

    private IntStream columns(int output) {
        int from = IntStream.of(sizes).limit(output).sum();
        return IntStream.range(from, from + sizes[output]);
    }
}
