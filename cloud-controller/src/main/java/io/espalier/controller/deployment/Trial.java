package io.espalier.controller.deployment;

/**
 * What a device measured when it tried a model.
 *
 * @param p95LowerMicros lower end of the 95 % confidence interval of the 95th percentile
 * @param p95UpperMicros upper end of it
 */
public record Trial(
        TrialOutcome outcome,
        int samples,
        double p50Micros,
        double p95Micros,
        double p95LowerMicros,
        double p95UpperMicros,
        String detail) {

    /** Whether latency was measured at all; a model that did not load has none. */
    public boolean timed() {
        return samples > 0 && p95Micros > 0;
    }
}
