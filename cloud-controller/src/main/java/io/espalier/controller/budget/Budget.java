package io.espalier.controller.budget;

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
    public Budget {
        if (latencyP95Micros == null
                && memoryBytes == null
                && sizeBytes == null
                && energyMillijoules == null
                && minAccuracy == null) {
            throw new IllegalArgumentException("A budget needs at least one constraint, such as latencyP95Micros");
        }
        positive("latencyP95Micros", latencyP95Micros);
        positive("memoryBytes", memoryBytes == null ? null : memoryBytes.doubleValue());
        positive("sizeBytes", sizeBytes == null ? null : sizeBytes.doubleValue());
        positive("energyMillijoules", energyMillijoules);
        positive("minAccuracy", minAccuracy);
        if (minAccuracy != null && minAccuracy > 1) {
            throw new IllegalArgumentException("minAccuracy is a fraction of correct answers, above 0 and up to 1; got "
                    + minAccuracy + (minAccuracy <= 100 ? ". Maybe " + minAccuracy / 100 + "?" : ""));
        }
    }

    private static void positive(String field, @Nullable Double value) {
        if (value != null && !(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(field + " must be a number above 0, got " + value);
        }
    }
}
