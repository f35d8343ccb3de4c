package io.espalier.pruning.allocation;

import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What a variant must achieve; an absent field is no constraint.
 *
 * @param energyMillijoules of one inference
 * @param macs multiply-accumulates of one inference
 */
public record Target(
        OptionalDouble latencyP95Micros,
        OptionalLong memoryBytes,
        OptionalLong sizeBytes,
        OptionalDouble energyMillijoules,
        OptionalLong macs) {
    public static final Target NONE = new Target(
            OptionalDouble.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalDouble.empty(),
            OptionalLong.empty());

    public Target {
        requirePositive("A latency", latencyP95Micros, "µs");
        requirePositive("A memory", memoryBytes, "bytes");
        requirePositive("A size", sizeBytes, "bytes");
        requirePositive("An energy", energyMillijoules, "mJ");
        requirePositive("A MACs", macs, "multiply-accumulates");
    }

    private static void requirePositive(String what, OptionalDouble value, String unit) {
        if (value.isPresent() && !(value.getAsDouble() > 0 && value.getAsDouble() < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "%s budget of %s %s is not a positive number".formatted(what, value.getAsDouble(), unit));
        }
    }

    private static void requirePositive(String what, OptionalLong value, String unit) {
        if (value.isPresent() && value.getAsLong() <= 0) {
            throw new IllegalArgumentException(
                    "%s budget of %d %s is not positive".formatted(what, value.getAsLong(), unit));
        }
    }

    public Target withLatencyP95Micros(double micros) {
        return new Target(OptionalDouble.of(micros), memoryBytes, sizeBytes, energyMillijoules, macs);
    }

    public Target withMemoryBytes(long bytes) {
        return new Target(latencyP95Micros, OptionalLong.of(bytes), sizeBytes, energyMillijoules, macs);
    }

    public Target withSizeBytes(long bytes) {
        return new Target(latencyP95Micros, memoryBytes, OptionalLong.of(bytes), energyMillijoules, macs);
    }

    public Target withEnergyMillijoules(double millijoules) {
        return new Target(latencyP95Micros, memoryBytes, sizeBytes, OptionalDouble.of(millijoules), macs);
    }

    /** Bounds arithmetic, which no device is needed for and none promises a time for. */
    public Target withMacs(long most) {
        return new Target(latencyP95Micros, memoryBytes, sizeBytes, energyMillijoules, OptionalLong.of(most));
    }

    /** What may take this many times as much of everything. */
    public Target times(double factor) {
        return new Target(
                scaled(latencyP95Micros, factor),
                scaled(memoryBytes, factor),
                scaled(sizeBytes, factor),
                scaled(energyMillijoules, factor),
                scaled(macs, factor));
    }

    private static OptionalDouble scaled(OptionalDouble limit, double factor) {
        return limit.isPresent() ? OptionalDouble.of(limit.getAsDouble() * factor) : limit;
    }

    private static OptionalLong scaled(OptionalLong limit, double factor) {
        return limit.isPresent() ? OptionalLong.of(Math.round(limit.getAsLong() * factor)) : limit;
    }

    /** Whether only what was timed can promise it: energy is known by time. */
    public boolean needsTimings() {
        return latencyP95Micros.isPresent() || energyMillijoules.isPresent();
    }

    /** Whether nothing is asked. */
    public boolean isEmpty() {
        return latencyP95Micros.isEmpty()
                && memoryBytes.isEmpty()
                && sizeBytes.isEmpty()
                && energyMillijoules.isEmpty()
                && macs.isEmpty();
    }
}
