package io.espalier.pruning.training;

/** Filters as the rows of a matrix: all weights of one output channel lie together. */
final class FilterRows {
    private static final double SHORTEST = 1e-12;

    private FilterRows() {}

    /** Length of each row times the factor, never quite zero. */
    static double[] norms(float[] weights, int rows, double factor) {
        int each = weights.length / rows;
        double[] norms = new double[rows];
        for (int r = 0; r < rows; r++) {
            double squares = 0;
            for (int i = r * each; i < (r + 1) * each; i++) {
                squares += (double) weights[i] * weights[i];
            }
            norms[r] = Math.max(SHORTEST, Math.sqrt(squares) * factor);
        }
        return norms;
    }

    /** Divides each row by a number of its own. */
    static void divide(float[] weights, double[] divisors) {
        int each = weights.length / divisors.length;
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) (weights[i] / divisors[i / each]);
        }
    }

    /** Multiplies each row by a number of its own. */
    static void multiply(float[] weights, double[] factors) {
        int each = weights.length / factors.length;
        for (int i = 0; i < weights.length; i++) {
            // Plus zero, so that a zero times a negative factor is the same zero as before.
            weights[i] = (float) (weights[i] * factors[i / each]) + 0f;
        }
    }
}
