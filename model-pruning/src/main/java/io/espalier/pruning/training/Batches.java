package io.espalier.pruning.training;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.Layout;
import io.espalier.pruning.data.Samples;
import java.util.HashMap;
import java.util.Map;
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

    private final Samples samples;
    private final InputContract contract;
    private final TrainingSettings settings;
    private final Goal goal;
    private final Map<Integer, float[]> remembered = new HashMap<>();
    private final boolean remembers;
    private final int size;
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
        this.remembers = goal.isTaught()
                && settings.augmentation() == Augmentation.NONE
                && (long) samples.size() * goal.outputs() * Float.BYTES <= MAX_REMEMBERED_BYTES;
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
        float[][] taught = goal.isTaught() ? taught(batch, values) : new float[size][0];
        for (int i = 0; i < size; i++) {
            int sample = order[batch * size + i];
            goal.write(samples.label(sample), taught[i], into.targets(), i * goal.targets());
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

    private float[][] taught(int batch, float[] values) {
        float[][] rows = recall(batch);
        if (rows.length == 0) {
            rows = goal.teach(values, size);
        }
        for (int i = 0; i < size && remembers; i++) {
            remembered.put(order[batch * size + i], rows[i]);
        }
        return rows;
    }

    /** What the teacher said of the batch where all of it is known from before; else nothing. */
    private float[][] recall(int batch) {
        float[][] rows = new float[size][];
        for (int i = 0; i < size; i++) {
            float[] row = remembered.get(order[batch * size + i]);
            if (row == null) {
                return new float[0][];
            }
            rows[i] = row;
        }
        return rows;
    }
}
