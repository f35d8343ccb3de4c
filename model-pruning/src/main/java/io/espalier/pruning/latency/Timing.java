package io.espalier.pruning.latency;

/**
 * What a device measured for one probe: microseconds of one inference, batch 1.
 *
 * @param noise median absolute deviation over median
 */
public record Timing(String probe, double medianMicros, double p95Micros, int samples, double noise) {
    public Timing {
        if (!(medianMicros > 0) || !(p95Micros >= medianMicros) || Double.isInfinite(p95Micros)) {
            throw new IllegalArgumentException("Probe " + probe + " has median " + medianMicros + " and p95 "
                    + p95Micros + " µs: the median must be positive and the p95 not below it");
        }
    }
}
