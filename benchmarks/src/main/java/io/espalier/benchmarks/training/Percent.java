package io.espalier.benchmarks.training;

import java.util.Locale;

/** A share as people read it. */
final class Percent {
    private Percent() {}

    /** With one digit: of ten thousand samples, a hundredth of a per cent is chance. */
    static String of(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    /** With two digits: where errors are about one per cent. */
    static String finely(double share) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }
}
