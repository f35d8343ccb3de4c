package io.espalier.pruning.evaluation;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.Samples;

/** Measures a classifier on labelled samples. */
public final class Evaluator {
    private static final int BATCH = 200;

    private Evaluator() {}

    public static Evaluation evaluate(OnnxClassifier model, Samples samples, InputContract contract) {
        Confusion confusion = new Confusion(model.outputs());
        forEachBatch(model, samples, contract, (from, rows) -> {
            for (int i = 0; i < rows.length; i++) {
                confusion.add(samples.label(from + i), rows[i]);
            }
        });
        return confusion.evaluation();
    }

    /** The model's outputs for every sample, as the model gives them: logits or probabilities. */
    public static float[][] outputs(OnnxClassifier model, Samples samples, InputContract contract) {
        float[][] all = new float[samples.size()][];
        forEachBatch(model, samples, contract, (from, rows) -> System.arraycopy(rows, 0, all, from, rows.length));
        return all;
    }

    private static void forEachBatch(
            OnnxClassifier model, Samples samples, InputContract contract, BatchConsumer consumer) {
        SampleFeed.forEachBatch(
                model.input(),
                samples,
                contract,
                BATCH,
                (from, values, count) -> consumer.accept(from, model.run(values, count)));
    }

    private interface BatchConsumer {
        void accept(int from, float[][] rows);
    }
}
