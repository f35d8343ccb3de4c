package io.espalier.controller.planning;

/**
 * What telemetry says of the variant that serves on a device, over the latest stretch of time in which it served.
 *
 * @param p95LowerMicros lower end of the 95 % confidence interval of the 95th percentile
 */
public record Observed(long samples, double p95Micros, double p95LowerMicros) {
    /** Fewer say too little of a 95th percentile to prune again for. */
    static final long FEWEST_SAMPLES = 500;

    /** Whether the latency is over the budget, and that beyond what chance explains. */
    boolean breaches(double budgetP95Micros) {
        return samples >= FEWEST_SAMPLES && p95LowerMicros > budgetP95Micros;
    }
}
