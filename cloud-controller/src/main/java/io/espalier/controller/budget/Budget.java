package io.espalier.controller.budget;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What a model on a device must achieve. Null is no constraint; at least one is given.
 *
 * @param latencyP95Micros 95th percentile of one inference, batch 1
 * @param minAccuracy fraction of correct answers, above 0 and up to 1
 */
public record Budget(
        @Nullable Double latencyP95Micros,
        @Nullable Long memoryBytes,
        @Nullable Long sizeBytes,
        @Nullable Double energyMillijoules,
        @Nullable Double minAccuracy) {
    /** A nanosecond and an hour. */
    private static final double SHORTEST_MICROS = 1e-3;

    private static final double LONGEST_MICROS = 3.6e9;
    /** A tebibyte. */
    private static final double MOST_BYTES = 1L << 40;
    /** A nanojoule and a megajoule. */
    private static final double SMALLEST_MILLIJOULES = 1e-6;

    private static final double MOST_MILLIJOULES = 1e9;

    public Budget {
        if (latencyP95Micros == null
                && memoryBytes == null
                && sizeBytes == null
                && energyMillijoules == null
                && minAccuracy == null) {
            throw new IllegalArgumentException("A budget needs at least one constraint, such as latencyP95Micros");
        }
        within("latencyP95Micros", latencyP95Micros, SHORTEST_MICROS, LONGEST_MICROS);
        within("memoryBytes", memoryBytes, 1, MOST_BYTES);
        within("sizeBytes", sizeBytes, 1, MOST_BYTES);
        within("energyMillijoules", energyMillijoules, SMALLEST_MILLIJOULES, MOST_MILLIJOULES);
        if (minAccuracy != null && !(minAccuracy > 0 && minAccuracy <= 1)) {
            throw new IllegalArgumentException("minAccuracy is a fraction of correct answers, above 0 and up to 1; got "
                    + minAccuracy
                    + (minAccuracy > 1 && minAccuracy <= 100 ? ". Maybe " + minAccuracy / 100 + "?" : ""));
        }
    }

    private static void within(String field, @Nullable Number value, double least, double most) {
        if (value != null && !(value.doubleValue() >= least && value.doubleValue() <= most)) {
            throw new IllegalArgumentException(
                    field + " must be a number from " + plain(least) + " to " + plain(most) + ", got " + value);
        }
    }

    private static String plain(double bound) {
        return new BigDecimal(Double.toString(bound)).stripTrailingZeros().toPlainString();
    }
}
