package io.espalier.pruning.evaluation;

/** Reads one row of a classifier's outputs, whether these are logits or probabilities. */
public final class Outputs {
    private static final double LEAST_PROBABILITY = 1e-9;

    private Outputs() {}

    /** Index of the largest output; the first of equals. */
    public static int best(float[] outputs) {
        int best = 0;
        for (int i = 1; i < outputs.length; i++) {
            if (outputs[i] > outputs[best]) {
                best = i;
            }
        }
        return best;
    }

    /** Whether the row can only have come from a softmax: nothing negative, sum 1. */
    public static boolean areProbabilities(float[] outputs) {
        double sum = 0;
        for (float output : outputs) {
            if (!(output >= 0 && output <= 1.0001f)) {
                return false;
            }
            sum += output;
        }
        return Math.abs(sum - 1) < 1e-3;
    }

    /** Natural logarithms of the class probabilities; probabilities below 1e-9 count as 1e-9. */
    public static double[] logProbabilities(float[] outputs) {
        double[] result = new double[outputs.length];
        if (areProbabilities(outputs)) {
            for (int i = 0; i < outputs.length; i++) {
                result[i] = Math.log(Math.max(outputs[i], LEAST_PROBABILITY));
            }
            return result;
        }
        return logSoftmax(outputs);
    }

    /** Natural logarithms of the softmax of logits. */
    public static double[] logSoftmax(float[] outputs) {
        double[] result = new double[outputs.length];
        double max = outputs[best(outputs)];
        double sum = 0;
        for (float output : outputs) {
            sum += Math.exp(output - max);
        }
        double logSum = max + Math.log(sum);
        for (int i = 0; i < outputs.length; i++) {
            result[i] = outputs[i] - logSum;
        }
        return result;
    }
}
