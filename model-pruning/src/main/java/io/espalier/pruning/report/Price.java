package io.espalier.pruning.report;

import io.espalier.pruning.allocation.Cost;
import java.util.List;

/** What accuracy is paid with: the horizontal axis. */
enum Price {
    LATENCY_MILLIS("latency, 95th percentile, predicted (ms)", "ms", 1e-3),
    LATENCY_MICROS("latency, 95th percentile, predicted (µs)", "µs", 1),
    SIZE_KILOBYTES("size of the file (kB)", "kB", 1e-3);

    private static final double MICROS_IN_MILLI = 1000;

    private final String title;
    private final String unit;
    private final double factor;

    Price(String title, String unit, double factor) {
        this.title = title;
        this.unit = unit;
        this.factor = factor;
    }

    /** Latency where it is known of all of them, in a unit that suits it; else size. */
    static Price suiting(List<Candidate> candidates) {
        double most = 0;
        for (Candidate each : candidates) {
            if (!(each.cost().p95Micros() > 0)) {
                return SIZE_KILOBYTES;
            }
            most = Math.max(most, each.cost().p95Micros());
        }
        return most < MICROS_IN_MILLI ? LATENCY_MICROS : LATENCY_MILLIS;
    }

    Limit.Quantity quantity() {
        return this == SIZE_KILOBYTES ? Limit.Quantity.SIZE_BYTES : Limit.Quantity.LATENCY_P95_MICROS;
    }

    double of(Candidate candidate) {
        return of(candidate.cost());
    }

    double of(Cost cost) {
        return inUnit(quantity().of(cost));
    }

    double inUnit(double value) {
        return value * factor;
    }

    String title() {
        return title;
    }

    String unit() {
        return unit;
    }

    /** The price in a word. */
    String word() {
        return this == SIZE_KILOBYTES ? "size" : "latency";
    }
}
