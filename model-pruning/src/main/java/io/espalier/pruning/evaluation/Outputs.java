package io.espalier.pruning.evaluation;

/** Reads one row of a classifier's outputs, whether these are logits or probabilities. */
public final class Outputs {
    private static final double LEAST_PROBABILITY = 1e-9;

    private Outputs() {}

    /** Index of the largest output; the first of equals. */
    public static int best(float[] outputs) {
        return best(outputs, 0, outputs.length);
    }

    private static int best(float[] outputs, int from, int count) {
        int best = from;
        for (int i = from + 1; i < from + count; i++) {
            if (outputs[i] > outputs[best]) {
                best = i;
            }
        }
        return best;
    }

    /** Whether the row can only have come from a softmax: nothing negative, sum 1. */
    public static boolean areProbabilities(float[] outputs) {
        return areProbabilities(outputs, 0, outputs.length);
    }

    private static boolean areProbabilities(float[] outputs, int from, int count) {
        double sum = 0;
        for (int i = from; i < from + count; i++) {
            float output = outputs[i];
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
        logProbabilities(outputs, 0, result);
        return result;
    }

    /** The same of one of several rows, which begins at {@code from} and is as long as {@code result}. */
    public static void logProbabilities(float[] outputs, int from, double[] result) {
        if (areProbabilities(outputs, from, result.length)) {
            for (int i = 0; i < result.length; i++) {
                result[i] = Math.log(Math.max(outputs[from + i], LEAST_PROBABILITY));
            }
        } else {
            logSoftmax(outputs, from, result);
        }
    }

    /** Natural logarithms of the softmax of logits. */
    public static double[] logSoftmax(float[] outputs) {
        double[] result = new double[outputs.length];
        logSoftmax(outputs, 0, result);
        return result;
    }

    private static void logSoftmax(float[] outputs, int from, double[] result) {
        double max = outputs[best(outputs, from, result.length)];
        double sum = 0;
        for (int i = 0; i < result.length; i++) {
            sum += Math.exp(outputs[from + i] - max);
        }
        double logSum = max + Math.log(sum);
        for (int i = 0; i < result.length; i++) {
            result[i] = outputs[from + i] - logSum;
        }
    }
}
