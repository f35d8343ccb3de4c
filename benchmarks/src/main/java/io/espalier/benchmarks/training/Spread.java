package io.espalier.benchmarks.training;

import java.util.Arrays;
import java.util.Locale;

/** Mean of some repetitions and how far they lie apart. */
record Spread(double mean, double least, double most) {
    static Spread of(double... values) {
        return new Spread(
                Arrays.stream(values).average().orElseThrow(),
                Arrays.stream(values).min().orElseThrow(),
                Arrays.stream(values).max().orElseThrow());
    }

    /** Of shares, in per cent. */
    String percent() {
        return String.format(Locale.ROOT, "%.2f %% (%.2f to %.2f)", 100 * mean, 100 * least, 100 * most);
    }
}
