package io.espalier.pruning.evaluation;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.Samples;

/** Brings samples into the form a model takes them in, batch after batch. */
final class SampleFeed {
    private SampleFeed() {}

    /** Reads all samples in order; the array is used again for the next batch. */
    static void forEachBatch(ModelInput input, Samples samples, InputContract contract, int batch, Batch consumer) {
        contract.requireFits(samples.shape());
        if (!samples.shape().equals(input.shape())) {
            throw new UnusableModelException("The model takes " + input.shape() + ", but the samples are "
                    + samples.shape() + " (height x width x channels)");
        }
        int size = samples.shape().values();
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
