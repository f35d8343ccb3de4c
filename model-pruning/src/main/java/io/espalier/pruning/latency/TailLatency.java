package io.espalier.pruning.latency;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * From a median to the 95th percentile of the same network on the same device.
 *
 * <p>The dense model's ratio is the best known one, it comes from the longest trial. Smaller networks can have a longer
 * tail in proportion, since interruptions do not shrink with them, so the model suite's typical ratio counts where it is
 * larger; probes are short, so it is bounded.
 */
record TailLatency(double ratio) {
    private static final double MOST_ABOVE_DENSE = 1.1;

    static TailLatency of(DeviceTimings timings) {
        double dense = timings.tailRatio();
        List<Double> seen = new ArrayList<>();
        for (Timing timing : timings.model()) {
            seen.add(timing.p95Micros() / timing.medianMicros());
        }
        if (seen.isEmpty()) {
            return new TailLatency(dense);
        }
        Collections.sort(seen);
        double typical = seen.get(seen.size() / 2);
        return new TailLatency(Math.max(dense, Math.min(typical, dense * MOST_ABOVE_DENSE)));
    }

    double p95Micros(double p50Micros) {
        return p50Micros * ratio;
    }
}
