package io.espalier.pruning.data;

import java.util.Arrays;
import java.util.Random;

/** Samples of one shape, held in memory; immutable. */
public interface Samples {
    /** The label of samples that have none. */
    int NO_LABEL = -1;

    SampleShape shape();

    int size();

    /** The class of a sample; {@link #NO_LABEL} for all of them, or for none. */
    int label(int index);

    /** Writes the raw values of one sample, channel first, to {@code target} from {@code offset} on. */
    void copyRaw(int index, float[] target, int offset);

    /** The samples at these indices, in this order, sharing memory with this one. */
    Samples select(int[] indices);

    /** At most {@code count} samples, drawn without replacement; all of them, in order, where there are no more. */
    default Samples draw(int count, long seed) {
        return count >= size() ? this : select(Arrays.copyOf(shuffled(size(), seed), count));
    }

    /** As many missing labels. */
    static int[] noLabels(int count) {
        int[] labels = new int[count];
        Arrays.fill(labels, NO_LABEL);
        return labels;
    }

    /** The numbers 0 to {@code size} - 1 in an order that depends on the seed only. */
    static int[] shuffled(int size, long seed) {
        Random random = new Random(seed);
        int[] order = new int[size];
        for (int i = 0; i < size; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}
