package io.espalier.pruning.evaluation;

import java.util.HashMap;
import java.util.Map;

/** Counts what a classifier says about labelled samples. */
final class Confusion {
    private final Map<ConfusionMatrix.Pair, Integer> counts = new HashMap<>();
    private final int classes;
    private double loss;
    private int samples;

    Confusion(int classes) {
        this.classes = classes;
    }

    void add(int label, float[] outputs) {
        if (label >= outputs.length) {
            throw new UnusableModelException("A sample has the label " + label + ", but the model has only "
                    + outputs.length + " outputs: labels do not match the model");
        }
        samples++;
        counts.merge(new ConfusionMatrix.Pair(label, Outputs.best(outputs)), 1, Integer::sum);
        loss -= Outputs.logProbabilities(outputs)[label];
    }

    Evaluation evaluation() {
        ConfusionMatrix matrix = new ConfusionMatrix(classes, counts);
        long[] said = new long[classes];
        counts.forEach((pair, count) -> said[pair.said()] += count);
        int[] were = matrix.samplesByClass();
        long correct = 0;
        double f1 = 0;
        int occurring = 0;
        for (int c = 0; c < classes; c++) {
            correct += matrix.count(c, c);
            if (were[c] > 0) {
                occurring++;
                f1 += 2.0 * matrix.count(c, c) / (said[c] + were[c]);
            }
        }
        return new Evaluation(
                samples,
                samples == 0 ? 0 : (double) correct / samples,
                occurring == 0 ? 0 : f1 / occurring,
                samples == 0 ? 0 : loss / samples,
                matrix);
    }
}
