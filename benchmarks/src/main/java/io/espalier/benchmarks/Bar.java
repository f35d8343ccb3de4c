package io.espalier.benchmarks;

/**
 * A figure beside its bar, where the last bits of a difference or a mean decide nothing: 1 - 0.992 is a little more than 0.008.
 * NaN reaches no bar.
 */
public final class Bar {
    /** Far below what one sample, one byte or one tick of the clock changes. */
    private static final double LAST_BITS = 1e-9;

    private Bar() {}

    public static boolean atMost(double figure, double bar) {
        return figure <= bar + LAST_BITS;
    }

    public static boolean atLeast(double figure, double bar) {
        return figure >= bar - LAST_BITS;
    }
}
