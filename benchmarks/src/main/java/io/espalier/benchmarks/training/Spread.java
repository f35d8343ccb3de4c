package io.espalier.benchmarks.training;

import java.util.Arrays;
import java.util.Locale;

/** Mean and median of some repetitions, and how far they lie apart. */
record Spread(double mean, double median, double least, double most) {
    static Spread of(double... values) {
        double[] sorted = Arrays.stream(values).sorted().toArray();
        int half = sorted.length / 2;
        return new Spread(
                Arrays.stream(values).average().orElseThrow(),
                sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2,
                Arrays.stream(values).min().orElseThrow(),
                Arrays.stream(values).max().orElseThrow());
    }

    /** Of shares, in per cent. */
    String percent() {
        return String.format(Locale.ROOT, "%.2f %% (%.2f to %.2f)", 100 * mean, 100 * least, 100 * most);
    }
}
