package io.espalier.pruning.latency;

import io.espalier.pruning.runtime.KernelCall;
import java.util.LinkedHashMap;
import java.util.Map;

/** What each distinct call contributes to one observed network by its rate. */
record Terms(Map<KernelCall, Double> micros, boolean own) {
    static Terms of(Observation observation, KernelRates rates) {
        Map<KernelCall, Double> micros = new LinkedHashMap<>();
        observation.calls().forEach(call -> micros.merge(call, rates.micros(call), Double::sum));
        return new Terms(micros, observation.own());
    }

    double sum() {
        return micros.values().stream().mapToDouble(Double::doubleValue).sum();
    }
}
