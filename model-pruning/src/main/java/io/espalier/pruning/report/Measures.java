package io.espalier.pruning.report;

import io.espalier.pruning.allocation.Cost;
import io.espalier.pruning.evaluation.Quality;
import java.util.Optional;

/**
 * One network in numbers.
 *
 * @param quality on the test part of the data
 * @param predicted latencies are 0 where no device is in play
 * @param measured on the device that was planned for; absent where it was not measured
 */
public record Measures(Quality quality, Cost predicted, Optional<Latency> measured) {

    /** Microseconds of one inference, batch 1. */
    public record Latency(double p50Micros, double p95Micros) {}

    public boolean hasLatency() {
        return predicted.p95Micros() > 0;
    }
}
