package io.espalier.pruning.training;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.Layout;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.evaluation.OnnxModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A teacher's outputs, all of them side by side.
 *
 * <p>Each output counts as much as any other, whatever its size and scale: its squared error is divided by its variance,
 * so that the loss is 1 - R^2, averaged over the outputs. A network that always gives the teacher's mean loses 1.
 */
final class MatchGoal implements Goal {
    private static final int SAMPLES = 512;
    private static final int BATCH = 64;
    /** Outputs that vary less than this share of their size count as varying this much. */
    private static final double LEAST_VARIATION = 1e-6;

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
        Samples some = samples.draw(SAMPLES, 1);
        List<float[]> rows = new ArrayList<>();
        int length = some.shape().values();
        float[] values = new float[BATCH * length];
        for (int from = 0; from < some.size(); from += BATCH) {
            int count = Math.min(BATCH, some.size() - from);
            for (int i = 0; i < count; i++) {
                contract.write(some, from + i, Layout.NCHW, values, i * length);
            }
            rows.addAll(List.of(teacher.outputs(values, count)));
        }
        return new MatchGoal(teacher, weights(rows, model.outputSizes()));
    }

    /** For each column one over the variance of its output's columns, their number and the number of outputs. */
    private static float[] weights(List<float[]> rows, int[] sizes) {
        float[] weights = new float[rows.get(0).length];
        int from = 0;
        for (int size : sizes) {
            double variation = 0;
            double squares = 0;
            for (int c = from; c < from + size; c++) {
                double sum = 0;
                double square = 0;
                for (float[] row : rows) {
                    sum += row[c];
                    square += (double) row[c] * row[c];
                }
                variation += Math.max(0, square - sum * sum / rows.size());
                squares += square;
            }
            double counted = Math.max(variation, LEAST_VARIATION * squares) / rows.size();
            float weight = (float) (1 / (Math.max(counted, Float.MIN_NORMAL) * sizes.length));
            Arrays.fill(weights, from, from + size, weight);
            from += size;
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
    public float[][] teach(float[] values, int batch) {
        return teacher.outputs(values, batch);
    }

    @Override
    public void write(int label, float[] taught, float[] targets, int from) {
        System.arraycopy(taught, 0, targets, from, taught.length);
    }

    /** There is nothing else to learn from. */
    @Override
    public Goal untaught() {
        return this;
    }
}
