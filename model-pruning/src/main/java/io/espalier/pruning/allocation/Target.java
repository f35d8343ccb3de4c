package io.espalier.pruning.allocation;

import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What a variant must achieve; an absent field is no constraint.
 *
 * @param energyMillijoules of one inference
 */
public record Target(
        OptionalDouble latencyP95Micros,
        OptionalLong memoryBytes,
        OptionalLong sizeBytes,
        OptionalDouble energyMillijoules) {
    public static final Target NONE =
            new Target(OptionalDouble.empty(), OptionalLong.empty(), OptionalLong.empty(), OptionalDouble.empty());

    public Target {
        requirePositive("A latency", latencyP95Micros, "µs");
        requirePositive("A memory", memoryBytes);
        requirePositive("A size", sizeBytes);
        requirePositive("An energy", energyMillijoules, "mJ");
    }

    private static void requirePositive(String what, OptionalDouble value, String unit) {
        if (value.isPresent() && !(value.getAsDouble() > 0 && value.getAsDouble() < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "%s budget of %s %s is not a positive number".formatted(what, value.getAsDouble(), unit));
        }
    }

    private static void requirePositive(String what, OptionalLong bytes) {
        if (bytes.isPresent() && bytes.getAsLong() <= 0) {
            throw new IllegalArgumentException(
                    "%s budget of %d bytes is not positive".formatted(what, bytes.getAsLong()));
        }
    }

    public Target withLatencyP95Micros(double micros) {
        return new Target(OptionalDouble.of(micros), memoryBytes, sizeBytes, energyMillijoules);
    }

    public Target withMemoryBytes(long bytes) {
        return new Target(latencyP95Micros, OptionalLong.of(bytes), sizeBytes, energyMillijoules);
    }

    public Target withSizeBytes(long bytes) {
        return new Target(latencyP95Micros, memoryBytes, OptionalLong.of(bytes), energyMillijoules);
    }

    public Target withEnergyMillijoules(double millijoules) {
        return new Target(latencyP95Micros, memoryBytes, sizeBytes, OptionalDouble.of(millijoules));
    }

    /** Whether nothing is asked. */
    public boolean isEmpty() {
        return latencyP95Micros.isEmpty()
                && memoryBytes.isEmpty()
                && sizeBytes.isEmpty()
                && energyMillijoules.isEmpty();
    }
}
