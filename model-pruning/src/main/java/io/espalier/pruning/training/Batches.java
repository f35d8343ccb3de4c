package io.espalier.pruning.training;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.Layout;
import io.espalier.pruning.data.Samples;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Puts batches together: shuffled anew each epoch, contract applied, augmented, with labels and soft targets.
 *
 * <p>Everything depends on the seed and the epoch only, so an epoch can be repeated. What does not fill a batch is left
 * for another epoch.
 */
final class Batches {
    private static final int MAGNITUDE_SAMPLES = 256;

    private final Samples samples;
    private final InputContract contract;
    private final TrainingSettings settings;
    private final int classes;
    private final @Nullable Teacher teacher;
    private final Map<Integer, float[]> remembered = new HashMap<>();
    private final boolean remembers;
    private final int size;
    private final float[] values;
    private final float[] targets;
    private int[] order = new int[0];
    private @Nullable Augmenter augmenter;

    Batches(
            Samples samples,
            InputContract contract,
            TrainingSettings settings,
            int classes,
            @Nullable Teacher teacher) {
        contract.requireFits(samples.shape());
        this.samples = samples;
        this.contract = contract;
        this.settings = settings;
        this.classes = classes;
        this.teacher = teacher;
        this.size = Math.min(settings.batchSize(), samples.size());
        this.values = new float[size * samples.shape().values()];
        this.targets = new float[size * classes * 2];
        this.remembers = teacher != null && settings.augmentation() == Augmentation.NONE;
    }

    /** The same samples as they are, without a teacher. */
    Batches unaugmented() {
        return new Batches(samples, contract, settings.withAugmentation(Augmentation.NONE), classes, null);
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

    /** Makes this batch the current one. */
    void assemble(int batch) {
        int length = samples.shape().values();
        for (int i = 0; i < size; i++) {
            int sample = order[batch * size + i];
            contract.write(samples, sample, Layout.NCHW, values, i * length);
            if (augmenter != null) {
                augmenter.apply(values, i * length);
            }
            for (int c = 0; c < classes; c++) {
                targets[2 * i * classes + c] = c == samples.label(sample) ? 1 : 0;
            }
        }
        if (teacher != null) {
            teach(teacher, batch);
        }
    }

    /** Model input of the current batch, channel first. */
    float[] values() {
        return values;
    }

    /** One-hot labels and soft targets of the current batch. */
    float[] targets() {
        return targets;
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

    private void teach(Teacher source, int batch) {
        float[][] rows = recall(batch);
        if (rows.length == 0) {
            rows = source.targets(values, size);
        }
        for (int i = 0; i < size; i++) {
            System.arraycopy(rows[i], 0, targets, (2 * i + 1) * classes, classes);
            if (remembers) {
                remembered.put(order[batch * size + i], rows[i]);
            }
        }
    }

    /** Soft targets of the batch where all are known from before; else nothing. */
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
