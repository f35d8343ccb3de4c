package io.espalier.pruning.latency;

import io.espalier.pruning.runtime.KernelCall;
import java.util.List;

/**
 * One timed network.
 *
 * @param relativeNoise standard deviation of what was measured, as a fraction of it
 * @param own whether it is a form of the base model that predictions are wanted for
 */
record Observation(List<KernelCall> calls, double micros, double relativeNoise, boolean own) {
    /** What a small network's time departs from any sum of kernel times: placement in caches, mostly. */
    private static final double GENERAL_DEPARTURE = 0.028;

    private static final double OWN_DEPARTURE = 0.01;

    Observation {
        calls = List.copyOf(calls);
    }

    /** Variance of the relative difference between what was measured and the sum of the calls' true times. */
    double variance() {
        double departure = own ? OWN_DEPARTURE : GENERAL_DEPARTURE;
        return departure * departure + relativeNoise * relativeNoise;
    }

    /** The same on a machine that takes so many times as long. */
    Observation times(double slowness) {
        return new Observation(calls, micros * slowness, relativeNoise, own);
    }

    Observation withNoise(double noise) {
        return new Observation(calls, micros, noise, own);
    }
}
