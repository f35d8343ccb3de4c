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
    Observation {
        calls = List.copyOf(calls);
    }

    Observation withNoise(double noise) {
        return new Observation(calls, micros, noise, own);
    }
}
