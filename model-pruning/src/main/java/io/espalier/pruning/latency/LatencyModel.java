package io.espalier.pruning.latency;

import io.espalier.pruning.runtime.ChannelStep;
import io.espalier.pruning.runtime.KernelCall;
import io.espalier.pruning.runtime.KernelPlan;
import io.espalier.pruning.runtime.OperatorGraph;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Predicts the latency of any form of one base model on one device.
 *
 * <p>The device's channel step is the one that its timings speak for most. Under it every network becomes a list
 * of kernel calls, whose times are learned from the base suite and from the base model's own suite together
 * ({@link KernelTimes}); a prediction is their sum. Last, everything is anchored to the dense model's own trial, because
 * that is the measurement budgets are judged by.
 */
public final class LatencyModel {
    private final ChannelStep step;
    private final KernelTimes times;
    private final double factor;
    private final OptionalDouble millijoulesPerMicro;
    private final TailLatency tail;
    private final double leaveOneOutError;
    private final double baseSuiteError;
    private final double correction;

    private LatencyModel(
            KernelTimes times,
            double factor,
            OptionalDouble millijoulesPerMicro,
            TailLatency tail,
            double leaveOneOutError,
            double baseSuiteError,
            double correction) {
        this.step = times.rates().step();
        this.times = times;
        this.factor = factor;
        this.millijoulesPerMicro = millijoulesPerMicro;
        this.tail = tail;
        this.leaveOneOutError = leaveOneOutError;
        this.baseSuiteError = baseSuiteError;
        this.correction = correction;
    }

    /**
     * @param baseNetworks the base suite's probes, by name
     * @param modelNetworks the model suite's probes, by name; must hold {@code dense}
     */
    public static LatencyModel learn(
            DeviceTimings timings, Map<String, OperatorGraph> baseNetworks, Map<String, OperatorGraph> modelNetworks) {
        Evidence evidence = Evidence.of(timings, baseNetworks, modelNetworks);
        KernelTimes times = KernelTimes.learn(evidence.rates(), evidence.observations());
        double inSuite = evidence.denseInSuite()
                .orElseGet(() -> sum(
                        times,
                        KernelPlan.of(evidence.dense(), evidence.rates().step()).calls()));
        int others = evidence.others();
        return new LatencyModel(
                times,
                timings.denseP50Micros() / inSuite * timings.correction(),
                timings.millijoulesPerMicro(),
                TailLatency.of(timings),
                meanAbsolute(
                        times.leaveOneOut(), others, evidence.observations().size()),
                meanAbsolute(times.leaveOneOut(), 0, others),
                1);
    }

    /** The same with predictions that are so many times as long. */
    public LatencyModel corrected(double by) {
        return new LatencyModel(
                times, factor * by, millijoulesPerMicro, tail, leaveOneOutError, baseSuiteError, correction * by);
    }

    /** What predictions were multiplied by since they were learned; 1 where by nothing. */
    public double correction() {
        return correction;
    }

    private static double meanAbsolute(double[] errors, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += Math.abs(errors[i]);
        }
        return sum / Math.max(1, to - from);
    }

    private static double sum(KernelTimes times, List<KernelCall> calls) {
        double sum = times.floorMicros();
        for (KernelCall call : calls) {
            sum += times.micros(call);
        }
        return sum;
    }

    /** A network's median latency; correction included. */
    public double p50Micros(OperatorGraph network) {
        return p50Micros(KernelPlan.of(network, step).calls());
    }

    /** The same of a network already lowered to this device's {@link #step}. */
    public double p50Micros(List<KernelCall> calls) {
        return sum(times, calls) * factor;
    }

    /** A network's 95th percentile, from its median and how this device's tail behaves. */
    public double p95Micros(OperatorGraph network) {
        return p95Micros(p50Micros(network));
    }

    /** The same from a median already predicted. */
    public double p95Micros(double p50Micros) {
        return tail.p95Micros(p50Micros);
    }

    /**
     * Energy of one inference, in millijoules; empty where the device has no counter.
     *
     * <p>A processor that computes draws about the same power whatever the network, so energy goes with time: that of the
     * unpruned model, in proportion to the predicted median.
     */
    public OptionalDouble energyMillijoules(double p50Micros) {
        return millijoulesPerMicro.isPresent()
                ? OptionalDouble.of(millijoulesPerMicro.getAsDouble() * p50Micros)
                : OptionalDouble.empty();
    }

    /** The step in which this device charges channels. */
    public ChannelStep step() {
        return step;
    }

    /** Mean absolute relative error of predicting each model-suite probe from everything else. */
    public double leaveOneOutError() {
        return leaveOneOutError;
    }

    /** Mean absolute relative error of predicting each base-suite probe from everything else. */
    public double baseSuiteError() {
        return baseSuiteError;
    }
}
