package io.espalier.pruning.allocation;

import java.util.OptionalDouble;
import java.util.OptionalLong;

/** What a variant must achieve; an absent field is no constraint. */
public record Target(OptionalDouble latencyP95Micros, OptionalLong memoryBytes, OptionalLong sizeBytes) {
    public static final Target NONE = new Target(OptionalDouble.empty(), OptionalLong.empty(), OptionalLong.empty());

    public Target {
        if (latencyP95Micros.isPresent()
                && !(latencyP95Micros.getAsDouble() > 0 && latencyP95Micros.getAsDouble() < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "A latency budget of " + latencyP95Micros.getAsDouble() + " µs is not a positive number");
        }
        if (memoryBytes.isPresent() && memoryBytes.getAsLong() <= 0) {
            throw new IllegalArgumentException(
                    "A memory budget of " + memoryBytes.getAsLong() + " bytes is not positive");
        }
        if (sizeBytes.isPresent() && sizeBytes.getAsLong() <= 0) {
            throw new IllegalArgumentException("A size budget of " + sizeBytes.getAsLong() + " bytes is not positive");
        }
    }

    /** Whether nothing is asked. */
    public boolean isEmpty() {
        return latencyP95Micros.isEmpty() && memoryBytes.isEmpty() && sizeBytes.isEmpty();
    }
}
