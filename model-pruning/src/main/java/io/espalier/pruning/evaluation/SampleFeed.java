package io.espalier.pruning.evaluation;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.Samples;

/** Brings samples into the form a model takes them in, batch after batch. */
final class SampleFeed {
    /** What lies between a model's input and its output takes some twenty times the memory of the input. */
    private static final int MOST_VALUES = 4 << 20;

    private SampleFeed() {}

    /**
     * Reads all samples in order; the array is used again for the next batch.
     *
     * @param most samples of a batch; large ones come in smaller batches, of 16 MiB
     */
    static void forEachBatch(ModelInput input, Samples samples, InputContract contract, int most, Batch consumer) {
        contract.requireFits(samples.shape());
        if (!samples.shape().equals(input.shape())) {
            throw new UnusableModelException("The model takes " + input.shape() + ", but the samples are "
                    + samples.shape() + " (height x width x channels)");
        }
        int size = samples.shape().values();
        int batch = Math.max(1, Math.min(most, MOST_VALUES / size));
        float[] values = new float[Math.min(batch, samples.size()) * size];
        for (int from = 0; from < samples.size(); from += batch) {
            int count = Math.min(batch, samples.size() - from);
            for (int i = 0; i < count; i++) {
                contract.write(samples, from + i, input.layout(), values, i * size);
            }
            consumer.accept(from, values, count);
        }
    }

    interface Batch {
        /** Takes {@code count} samples from the one with the index {@code from} on, one after another. */
        void accept(int from, float[] values, int count);
    }
}
