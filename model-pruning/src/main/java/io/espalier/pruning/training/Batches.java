package io.espalier.pruning.training;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.Layout;
import io.espalier.pruning.data.Samples;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Puts batches together: shuffled anew each epoch, contract applied, augmented, with the targets of a goal.
 *
 * <p>Everything depends on the seed and the epoch only, so an epoch can be repeated. What does not fill a batch is left
 * for another epoch.
 */
final class Batches {
    private static final int MAGNITUDE_SAMPLES = 256;
    /** What a teacher said is kept from epoch to epoch as long as it takes no more than this. */
    private static final long MAX_REMEMBERED_BYTES = 256L << 20;

    private static final float[] UNKNOWN = new float[0];

    private final Samples samples;
    private final InputContract contract;
    private final TrainingSettings settings;
    private final Goal goal;
    private final int size;
    /** What the teacher said of the samples of the last batch, row after row; empty without a teacher. */
    private final float[] taught;
    /** What it said of each sample, {@link #UNKNOWN} where it was not asked; empty where that is not kept. */
    private final float[][] remembered;

    private final Batch current;
    private int[] order = new int[0];
    private @Nullable Augmenter augmenter;

    Batches(Samples samples, InputContract contract, TrainingSettings settings, Goal goal) {
        contract.requireFits(samples.shape());
        this.samples = samples;
        this.contract = contract;
        this.settings = settings;
        this.goal = goal;
        this.size = Math.min(settings.batchSize(), samples.size());
        this.current = blank();
        this.taught = new float[goal.isTaught() ? size * goal.outputs() : 0];
        boolean remembers = goal.isTaught()
                && settings.augmentation() == Augmentation.NONE
                && (long) samples.size() * goal.outputs() * Float.BYTES <= MAX_REMEMBERED_BYTES;
        this.remembered = new float[remembers ? samples.size() : 0][];
        Arrays.fill(remembered, UNKNOWN);
    }

    /** The same samples as they are, without a teacher unless there is nothing else to learn from. */
    Batches unaugmented() {
        return new Batches(samples, contract, settings.withAugmentation(Augmentation.NONE), goal.untaught());
    }

    Goal goal() {
        return goal;
    }

    /** Images in each batch. */
    int size() {
        return size;
    }

    int perEpoch() {
        return samples.size() / size;
    }

    long[] inputShape() {
        return new long[] {
            size,
            samples.shape().channels(),
            samples.shape().height(),
            samples.shape().width()
        };
    }

    void startEpoch(int epoch) {
        long seed = settings.seed() * 1_000_003 + epoch;
        order = Samples.shuffled(samples.size(), seed);
        augmenter = settings.augmentation() == Augmentation.NONE
                ? null
                : new Augmenter(settings.augmentation(), samples.shape(), new Random(~seed));
    }

    /** Room for one batch. */
    Batch blank() {
        return new Batch(new float[size * samples.shape().values()], new float[size * goal.targets()]);
    }

    /** Makes this batch the current one. */
    void assemble(int batch) {
        assemble(batch, current);
    }

    /** Writes a batch of this epoch; in an epoch they are asked for in order. */
    void assemble(int batch, Batch into) {
        float[] values = into.values();
        int length = samples.shape().values();
        for (int i = 0; i < size; i++) {
            int sample = order[batch * size + i];
            contract.write(samples, sample, Layout.NCHW, values, i * length);
            if (augmenter != null) {
                augmenter.apply(values, i * length);
            }
        }
        if (goal.isTaught()) {
            teach(batch, values);
        }
        for (int i = 0; i < size; i++) {
            int sample = order[batch * size + i];
            goal.write(samples.label(sample), taught, i * goal.outputs(), into.targets(), i * goal.targets());
        }
    }

    /** Model input of the current batch, channel first. */
    float[] values() {
        return current.values();
    }

    /** Targets of the current batch. */
    float[] targets() {
        return current.targets();
    }

    /** Root mean square of the model input over a few samples. */
    double inputMagnitude() {
        float[] one = new float[samples.shape().values()];
        int count = Math.min(MAGNITUDE_SAMPLES, samples.size());
        double sum = 0;
        for (int i = 0; i < count; i++) {
            contract.write(samples, (int) ((long) i * samples.size() / count), Layout.NCHW, one, 0);
            for (float value : one) {
                sum += (double) value * value;
            }
        }
        return Math.sqrt(sum / ((double) count * one.length));
    }

    private void teach(int batch, float[] values) {
        if (recall(batch)) {
            return;
        }
        goal.teach(values, size, taught);
        int length = goal.outputs();
        for (int i = 0; i < size && remembered.length > 0; i++) {
            remembered[order[batch * size + i]] = Arrays.copyOfRange(taught, i * length, (i + 1) * length);
        }
    }

    /** Whether all that the teacher says of the batch is known from before and now at hand. */
    private boolean recall(int batch) {
        if (remembered.length == 0) {
            return false;
        }
        for (int i = 0; i < size; i++) {
            float[] row = remembered[order[batch * size + i]];
            if (row == UNKNOWN) {
                return false;
            }
            System.arraycopy(row, 0, taught, i * row.length, row.length);
        }
        return true;
    }
}
