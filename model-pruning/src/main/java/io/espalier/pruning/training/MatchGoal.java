package io.espalier.pruning.training;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.evaluation.OnnxModel;
import io.espalier.pruning.evaluation.OutputSpread;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A teacher's outputs, all of them side by side.
 *
 * <p>Each output counts as much as any other, whatever its size and scale: its squared error is divided by its variance,
 * so that the loss is 1 - R^2, averaged over the outputs. A network that always gives the teacher's mean loses 1.
 */
final class MatchGoal implements Goal {
    private static final int SAMPLES = 512;
    private static final long SEED = 1;

    private final Teacher teacher;
    private final float[] weights;

    private MatchGoal(Teacher teacher, float[] weights) {
        this.teacher = teacher;
        this.weights = weights;
    }

    /**
     * Measures the variance of the teacher's outputs on at most 512 of the samples.
     *
     * @param outputs numbers that the trained network gives for a sample
     */
    static MatchGoal of(OnnxModel model, int outputs, Samples samples, InputContract contract) {
        Teacher teacher = new Teacher(model).requireFits(samples.shape(), outputs);
        OutputSpread spread = OutputSpread.of(model, samples.draw(SAMPLES, SEED), contract);
        return new MatchGoal(teacher, weights(spread, model.outputSizes()));
    }

    /** For each column one over the variance of its output and the number of outputs. */
    private static float[] weights(OutputSpread spread, int[] sizes) {
        float[] weights = new float[IntStream.of(sizes).sum()];
        int from = 0;
        for (int output = 0; output < sizes.length; output++) {
            double variance = spread.variation(output) / spread.samples();
            float weight = (float) Math.min(Float.MAX_VALUE, 1 / (variance * sizes.length));
            Arrays.fill(weights, from, from + sizes[output], weight);
            from += sizes[output];
        }
        return weights;
    }

    @Override
    public Purpose purpose() {
        return Purpose.REGRESSION;
    }

    @Override
    public int outputs() {
        return weights.length;
    }

    @Override
    public int targets() {
        return weights.length;
    }

    @Override
    public RowLoss loss() {
        return new OutputMatchLoss(weights);
    }

    @Override
    public double ignorance() {
        return 1;
    }

    @Override
    public boolean isTaught() {
        return true;
    }

    @Override
    public void teach(float[] values, int batch, float[] rows) {
        teacher.outputs(values, batch, rows);
    }

    @Override
    public void write(int label, float[] taught, int row, float[] targets, int from) {
        System.arraycopy(taught, row, targets, from, weights.length);
    }

    /** There is nothing else to learn from. */
    @Override
    public Goal untaught() {
        return this;
    }
}
