package io.espalier.pruning.report;

import io.espalier.pruning.allocation.Cost;
import io.espalier.pruning.allocation.Target;
import io.espalier.terminal.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One bound that the variant must keep.
 *
 * @param most in the quantity's unit
 * @param asWritten the bound in the words it was given in, such as {@code 50%}
 */
public record Limit(Quantity quantity, double most, String asWritten) {

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

    /** The bounds of a target. */
    public static List<Limit> of(Target target, String latencyAsWritten) {
        List<Limit> limits = new ArrayList<>();
        target.latencyP95Micros()
                .ifPresent(most -> limits.add(new Limit(Quantity.LATENCY_P95_MICROS, most, latencyAsWritten)));
        target.memoryBytes().ifPresent(most -> limits.add(new Limit(Quantity.MEMORY_BYTES, most, most + " bytes")));
        target.sizeBytes().ifPresent(most -> limits.add(new Limit(Quantity.SIZE_BYTES, most, most + " bytes")));
        target.energyMillijoules()
                .ifPresent(most -> limits.add(new Limit(Quantity.ENERGY_MILLIJOULES, most, most + " mJ")));
        target.macs().ifPresent(most -> limits.add(new Limit(Quantity.MACS, most, most + " MACs")));
        return limits;
    }

    public boolean isKeptBy(Cost cost) {
        return quantity.of(cost) <= most;
    }

    public String formatted() {
        return quantity.format(most);
    }
}
