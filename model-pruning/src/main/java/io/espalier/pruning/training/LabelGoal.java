package io.espalier.pruning.training;

import org.jspecify.annotations.Nullable;

/**
 * The labels of samples, and what a teacher says of them; targets as {@link SoftTargetLoss} wants them.
 *
 * @param share of the loss that comes from the teacher; 0 without one
 */
record LabelGoal(int classes, @Nullable Teacher teacher, double share, double temperature) implements Goal {

    /** Labels alone. */
    static LabelGoal of(int classes) {
        return new LabelGoal(classes, null, 0, 1);
    }

    @Override
    public Purpose purpose() {
        return Purpose.CLASSIFICATION;
    }

    @Override
    public int outputs() {
        return classes;
    }

    @Override
    public int targets() {
        return 2 * classes;
    }

    @Override
    public RowLoss loss() {
        return new SoftTargetLoss(share, temperature);
    }

    @Override
    public double ignorance() {
        return (1 - share + share * temperature * temperature) * Math.log(Math.max(2, classes));
    }

    @Override
    public boolean isTaught() {
        return teacher != null;
    }

    @Override
    public void teach(float[] values, int batch, float[] rows) {
        if (teacher != null) {
            teacher.targets(values, batch, rows);
        }
    }

    @Override
    public void write(int label, float[] taught, int row, float[] targets, int from) {
        for (int c = 0; c < classes; c++) {
            targets[from + c] = c == label ? 1 : 0;
        }
        if (teacher != null) {
            System.arraycopy(taught, row, targets, from + classes, classes);
        }
    }

    @Override
    public Goal untaught() {
        return of(classes);
    }
}
