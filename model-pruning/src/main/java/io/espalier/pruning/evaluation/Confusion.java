package io.espalier.pruning.evaluation;

/** Counts what a classifier says about labelled samples. */
final class Confusion {
    private final long[] hits;
    private final long[] said;
    private final long[] were;
    private double loss;
    private int samples;

    Confusion(int classes) {
        hits = new long[classes];
        said = new long[classes];
        were = new long[classes];
    }

    void add(int label, float[] outputs) {
        if (label >= outputs.length) {
            throw new UnusableModelException("A sample has the label " + label + ", but the model has only "
                    + outputs.length + " outputs: labels do not match the model");
        }
        int best = Outputs.best(outputs);
        samples++;
        said[best]++;
        were[label]++;
        if (best == label) {
            hits[label]++;
        }
        loss -= Outputs.logProbabilities(outputs)[label];
    }

    Evaluation evaluation() {
        long correct = 0;
        double f1 = 0;
        int occurring = 0;
        for (int c = 0; c < hits.length; c++) {
            correct += hits[c];
            if (were[c] > 0) {
                occurring++;
                f1 += 2.0 * hits[c] / (said[c] + were[c]);
            }
        }
        return new Evaluation(
                samples,
                samples == 0 ? 0 : (double) correct / samples,
                occurring == 0 ? 0 : f1 / occurring,
                samples == 0 ? 0 : loss / samples);
    }
}
