package io.espalier.pruning.latency;

import io.espalier.pruning.linear.Cholesky;
import io.espalier.pruning.runtime.ChannelStep;
import io.espalier.pruning.runtime.KernelCall;
import io.espalier.pruning.runtime.KernelPlan;
import io.espalier.pruning.runtime.OperatorGraph;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What one device was learned from, kept so that others which timed the same probes learn from their own timings at the
 * price of a few thousand multiplications.
 *
 * <p>{@link KernelTimes} needs a channel step, rates and the inverse of a covariance that follows from both. All of them
 * are this device's here, rates times the other device's overall slowness; what is left of the other's timings then moves
 * every prediction by the other's own Gaussian process. Timings that contradict all others are doubted one device at a
 * time, as {@link KernelTimes#learn} does: more noise on m observations is a change of rank m to the inverse. For the device
 * it was made from, predictions are those of {@link LatencyModel}.
 *
 * <p><i>Cost:</i> n^2 + n m^2 a device for n observations. <i>Source:</i> Rasmussen and Williams, Gaussian Processes for
 * Machine Learning, 2.2, 5.4.2 and A.3 (Woodbury's identity).
 */
final class SharedFit {
    private final Evidence evidence;
    /** Of the device it was made from, {@code [observations]}. */
    private final double[] measured;
    /** By its rates alone, likewise. */
    private final double[] expected;

    private final double[][] inverse;
    private final double floorMicros;
    /** What the residuals' weights add to the floor, {@code [observations]}. */
    private final double[] floorCovariance;
    /** By the rates alone, {@code [calls]}. */
    private final double[] callMicros;
    /** What the residuals' weights add to a call, {@code [calls][observations]}. */
    private final double[][] callCovariance;
    /** Numbers of the calls that each asked network makes, {@code [asked][]}. */
    private final int[][] asked;

    private SharedFit(Evidence evidence, TimingCovariance shared, List<KernelCall> calls, int[][] asked) {
        int n = evidence.observations().size();
        this.evidence = evidence;
        this.measured = new double[n];
        this.expected = new double[n];
        double[][] covariance = shared.amongTimed();
        for (int i = 0; i < n; i++) {
            covariance[i][i] += evidence.observations().get(i).variance();
            measured[i] = evidence.observations().get(i).micros();
            expected[i] = shared.expected(i);
        }
        this.inverse = Cholesky.of(covariance).inverse();
        this.floorMicros = evidence.rates().floorMicros();
        this.floorCovariance = shared.ofFloor();
        this.callMicros = calls.stream().mapToDouble(evidence.rates()::micros).toArray();
        this.callCovariance =
                IntStream.range(0, calls.size()).mapToObj(shared::ofCall).toArray(double[][]::new);
        this.asked = asked;
    }

    /** Learns one device, so as to be asked about these networks and the unpruned one. */
    static SharedFit of(Evidence evidence, List<OperatorGraph> asked) {
        ChannelStep step = evidence.rates().step();
        Map<KernelCall, Integer> calls = new LinkedHashMap<>();
        int[][] networks = Stream.concat(asked.stream(), Stream.of(evidence.dense()))
                .map(network -> KernelPlan.of(network, step).calls().stream()
                        .mapToInt(call -> {
                            Integer next = calls.size();
                            Integer known = calls.putIfAbsent(call, next);
                            return known == null ? next : known;
                        })
                        .toArray())
                .toArray(int[][]::new);
        List<KernelCall> distinct = List.copyOf(calls.keySet());
        return new SharedFit(
                evidence, TimingCovariance.of(evidence.rates(), evidence.observations(), distinct), distinct, networks);
    }

    ChannelStep step() {
        return evidence.rates().step();
    }

    /**
     * What a device's own timings say of the asked networks.
     *
     * @param micros {@code [asked]}, the unpruned model last
     * @param leaveOneOutError mean absolute relative error of predicting each of the model's own probes from all others
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Learned(double[] micros, double leaveOneOutError) {}

    /**
     * @param micros what the device measured, {@code [observations]}
     * @param slowness of the device beside the one this was made from
     */
    Learned learn(double[] micros, double slowness) {
        int n = measured.length;
        double[] residual = new double[n];
        for (int i = 0; i < n; i++) {
            residual[i] = (micros[i] / slowness - expected[i]) / measured[i];
        }
        Doubted all = Doubted.none(inverse, residual);
        double[] noise = new double[n];
        for (int pass = 0; pass < KernelTimes.DOUBTS; pass++) {
            boolean changed = false;
            for (int i = 0; i < n; i++) {
                if (Math.abs(all.leaveOneOut(i)) > KernelTimes.CREDIBLE * all.deviation(i)) {
                    noise[i] = Math.abs(all.leaveOneOut(i));
                    changed = true;
                }
            }
            if (!changed) {
                break;
            }
            all = all.with(added(noise));
        }
        double[] weights = all.weights();
        double[] predicted = predicted(weights, slowness);
        double error = 0;
        for (int i = evidence.others(); i < n; i++) {
            error += Math.abs(all.leaveOneOut(i)) * measured[i] * slowness / micros[i];
        }
        return new Learned(predicted, error / Math.max(1, n - evidence.others()));
    }

    private double[] predicted(double[] weights, double slowness) {
        double floor = Math.max(0, floorMicros + NonNegativeRegression.dot(floorCovariance, weights));
        double[] micros = new double[callMicros.length];
        for (int c = 0; c < micros.length; c++) {
            micros[c] = Math.max(
                    KernelTimes.LEAST_SHARE * callMicros[c],
                    callMicros[c] + NonNegativeRegression.dot(callCovariance[c], weights));
        }
        double[] predicted = new double[asked.length];
        for (int a = 0; a < predicted.length; a++) {
            predicted[a] = floor;
            for (int call : asked[a]) {
                predicted[a] += micros[call];
            }
            predicted[a] *= slowness;
        }
        return predicted;
    }

    /** Variance that doubted observations have on top of what they are known to have. */
    private double[] added(double[] noise) {
        double[] added = new double[noise.length];
        for (int i = 0; i < added.length; i++) {
            if (noise[i] > 0) {
                Observation known = evidence.observations().get(i);
                added[i] = known.withNoise(noise[i]).variance() - known.variance();
            }
        }
        return added;
    }
}
