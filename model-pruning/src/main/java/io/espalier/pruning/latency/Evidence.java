package io.espalier.pruning.latency;

import io.espalier.pruning.runtime.ChannelStep;
import io.espalier.pruning.runtime.KernelPlan;
import io.espalier.pruning.runtime.OperatorGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What one device's timings say before kernel times are learned from them: its channel step, first rates, and every timed
 * network lowered to that step.
 *
 * @param observations those of the base suite first
 * @param others how many of them are of the base suite
 * @param dense the unpruned model
 * @param denseInSuite its median as the model suite measured it; empty where it did not
 */
record Evidence(
        KernelRates rates,
        List<Observation> observations,
        int others,
        OperatorGraph dense,
        OptionalDouble denseInSuite) {
    private static final List<ChannelStep> STEPS = List.of(
            ChannelStep.SMOOTH,
            new ChannelStep(4, 4),
            new ChannelStep(4, 8),
            new ChannelStep(8, 8),
            new ChannelStep(4, 16),
            new ChannelStep(16, 16));
    /** Of a median of m runs, as a multiple of their median absolute deviation over the root of m. */
    private static final double MEDIAN_DEVIATION = 1.86;

    Evidence {
        observations = List.copyOf(observations);
    }

    /**
     * The step is the one that the base suite speaks for most.
     *
     * @param modelNetworks must hold {@code dense}
     */
    static Evidence of(
            DeviceTimings timings, Map<String, OperatorGraph> baseNetworks, Map<String, OperatorGraph> modelNetworks) {
        OperatorGraph dense = modelNetworks.get(ModelSuite.DENSE);
        if (dense == null) {
            throw new IllegalArgumentException("The model suite has no probe \"" + ModelSuite.DENSE + "\"");
        }
        List<Timing> base = known(timings.base(), baseNetworks);
        List<Timing> own = ownTimings(timings, modelNetworks);
        KernelRates rates = mostCredible(base, baseNetworks);
        List<Observation> all = new ArrayList<>(observations(base, baseNetworks, rates.step(), false));
        all.addAll(observations(own, modelNetworks, rates.step(), true));
        return new Evidence(
                base.isEmpty() ? KernelRates.fit(all, rates.step()) : rates,
                all,
                base.size(),
                dense,
                own.stream()
                        .filter(timing -> timing.probe().equals(ModelSuite.DENSE))
                        .mapToDouble(Timing::medianMicros)
                        .findFirst());
    }

    /** Timings of the model suite; the dense model's trial where there is none. */
    static List<Timing> ownTimings(DeviceTimings timings, Map<String, OperatorGraph> modelNetworks) {
        List<Timing> own = known(timings.model(), modelNetworks);
        return own.isEmpty()
                ? List.of(new Timing(ModelSuite.DENSE, timings.denseP50Micros(), timings.denseP95Micros(), 1, 0))
                : own;
    }

    static List<Timing> known(List<Timing> timings, Map<String, OperatorGraph> networks) {
        return timings.stream()
                .filter(timing -> networks.containsKey(timing.probe()))
                .toList();
    }

    private static KernelRates mostCredible(List<Timing> timings, Map<String, OperatorGraph> networks) {
        KernelTimes best = null;
        for (ChannelStep step : timings.isEmpty() ? List.<ChannelStep>of() : STEPS) {
            List<Observation> observations = observations(timings, networks, step, false);
            KernelTimes candidate = KernelTimes.learn(KernelRates.fit(observations, step), observations);
            if (best == null || candidate.evidence() > best.evidence()) {
                best = candidate;
            }
        }
        return best == null ? KernelRates.typical(ChannelStep.SMOOTH) : best.rates();
    }

    private static List<Observation> observations(
            List<Timing> timings, Map<String, OperatorGraph> networks, ChannelStep step, boolean own) {
        List<Observation> observations = new ArrayList<>();
        for (Timing timing : timings) {
            OperatorGraph network = networks.get(timing.probe());
            if (network != null) {
                double noise = MEDIAN_DEVIATION * timing.noise() / Math.sqrt(Math.max(1, timing.samples()));
                observations.add(
                        new Observation(KernelPlan.of(network, step).calls(), timing.medianMicros(), noise, own));
            }
        }
        return observations;
    }
}
