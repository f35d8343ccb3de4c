package io.espalier.pruning.report;

import io.espalier.pruning.allocation.Cost;
import io.espalier.pruning.allocation.Target;
import io.espalier.terminal.Units;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * One bound that the variant must keep.
 *
 * @param most in the quantity's unit; not a number where it is a share of what is not known
 * @param asWritten the bound in the words it was given in, such as {@code 50%}
 */
public record Limit(Quantity quantity, double most, String asWritten) {
    private static final double UNKNOWN = Double.NaN;

    /** What is bounded. */
    public enum Quantity {
        LATENCY_P95_MICROS("latency, 95th percentile"),
        MEMORY_BYTES("memory for loading and running it"),
        SIZE_BYTES("size of the file"),
        ENERGY_MILLIJOULES("energy of one inference"),
        MACS("multiply-accumulates of one inference");

        private final String words;

        Quantity(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }

        /** A value of this quantity as people read it. */
        public String format(double value) {
            return switch (this) {
                case LATENCY_P95_MICROS -> Units.micros(value);
                case MEMORY_BYTES, SIZE_BYTES -> Units.bytes(Math.round(value));
                case ENERGY_MILLIJOULES -> String.format(Locale.ROOT, "%.3g mJ", value);
                case MACS -> Figures.count(Math.round(value));
            };
        }

        /** What a network of this cost takes of it. */
        public double of(Cost cost) {
            return switch (this) {
                case LATENCY_P95_MICROS -> cost.p95Micros();
                case MEMORY_BYTES -> cost.peakMemoryBytes();
                case SIZE_BYTES -> cost.sizeBytes();
                case MACS -> cost.macs();
                case ENERGY_MILLIJOULES -> cost.energyMillijoules().orElse(Double.POSITIVE_INFINITY);
            };
        }
    }

    /**
     * The bounds of a target.
     *
     * @param asWritten what each quantity was bounded by, in the words it was given in
     */
    public static List<Limit> of(Target target, Map<Quantity, String> asWritten) {
        Map<Quantity, Double> most = new EnumMap<>(Quantity.class);
        target.latencyP95Micros().ifPresent(value -> most.put(Quantity.LATENCY_P95_MICROS, value));
        target.memoryBytes().ifPresent(value -> most.put(Quantity.MEMORY_BYTES, (double) value));
        target.sizeBytes().ifPresent(value -> most.put(Quantity.SIZE_BYTES, (double) value));
        target.energyMillijoules().ifPresent(value -> most.put(Quantity.ENERGY_MILLIJOULES, value));
        target.macs().ifPresent(value -> most.put(Quantity.MACS, (double) value));
        List<Limit> limits = new ArrayList<>();
        for (Quantity each : Quantity.values()) {
            String words = asWritten.get(each);
            if (words != null) {
                limits.add(new Limit(each, most.getOrDefault(each, UNKNOWN), words));
            }
        }
        return limits;
    }

    /** Whether the bound is a number yet: a share of what nobody has timed is none. */
    public boolean isKnown() {
        return !Double.isNaN(most);
    }

    public boolean isKeptBy(Cost cost) {
        return quantity.of(cost) <= most;
    }

    /** Whether a network keeps to it by what is known best of it. */
    public boolean isKeptBy(Measures measures) {
        return of(measures) <= most;
    }

    /** What a network takes of the quantity: as measured where it was, as predicted otherwise. */
    double of(Measures measures) {
        return measuredOf(measures).orElse(quantity.of(measures.predicted()));
    }

    /** What was measured of the quantity; of latency alone something is. */
    OptionalDouble measuredOf(Measures measures) {
        return quantity == Quantity.LATENCY_P95_MICROS && measures.measured().isPresent()
                ? OptionalDouble.of(measures.measured().get().p95Micros())
                : OptionalDouble.empty();
    }

    public String formatted() {
        return isKnown() ? quantity.format(most) : Figures.NONE;
    }
}
