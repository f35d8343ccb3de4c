package io.espalier.pruning.latency;

import io.espalier.pruning.runtime.ChannelStep;
import io.espalier.pruning.runtime.KernelPlan;
import io.espalier.pruning.runtime.OperatorGraph;
import java.util.ArrayList;
import java.util.Comparator;
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
    /** Those that ONNX Runtime 1.29 has on any processor. */
    private static final List<ChannelStep> STEPS =
            List.of(ChannelStep.SMOOTH, new ChannelStep(4, 8), new ChannelStep(4, 16));
    /** Of a median of m runs, as a multiple of their median absolute deviation over the root of m. */
    private static final double MEDIAN_DEVIATION = 1.86;

    Evidence {
        observations = List.copyOf(observations);
    }

    /**
     * The step is the one that both suites speak for most.
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
        KernelRates rates = mostCredible(base, baseNetworks, own, modelNetworks);
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

    private static KernelRates mostCredible(
            List<Timing> base,
            Map<String, OperatorGraph> baseNetworks,
            List<Timing> own,
            Map<String, OperatorGraph> modelNetworks) {
        if (base.isEmpty()) {
            return KernelRates.typical(ChannelStep.SMOOTH);
        }
        return STEPS.parallelStream()
                .map(step -> {
                    List<Observation> all = new ArrayList<>(observations(base, baseNetworks, step, false));
                    KernelRates rates = KernelRates.fit(all, step);
                    all.addAll(inPace(observations(own, modelNetworks, step, true), rates));
                    return KernelTimes.learn(rates, all);
                })
                .max(Comparator.comparingDouble(KernelTimes::evidence))
                .orElseThrow()
                .rates();
    }

    /** As if timed when the base suite was: a machine that has become slower since says nothing about its step. */
    private static List<Observation> inPace(List<Observation> own, KernelRates rates) {
        double[] paces = own.stream()
                .mapToDouble(each -> rates.micros(each.calls()) / each.micros())
                .sorted()
                .toArray();
        double pace = paces[paces.length / 2];
        return own.stream().map(each -> each.times(pace)).toList();
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
