package io.espalier.pruning.latency;

import io.espalier.pruning.linear.Cholesky;
import io.espalier.pruning.runtime.KernelCall;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The time of every kernel call on one device, given timed networks.
 *
 * <p>A network takes {@code floor + sum over calls of rate(call) (1 + g(call))}, where {@code g} is a Gaussian process over
 * kernel calls with the covariance of {@link KernelCovariance}. Only sums are observed, but sums of Gaussians are Gaussian,
 * so the posterior mean of each call's time is exact: no call needs to be timed by itself, which no runtime allows. A call
 * costs the same in every network; what the base model's own context adds is a second process that only networks of that
 * model observe.
 *
 * <p><i>Errors:</i> an observation that the others contradict by far counts as noise to the extent of the contradiction.
 * <i>Cost:</i> learning n^3/3 + u^2 for n observations with u distinct calls; a call's time u, once.
 * <i>Source:</i> Rasmussen and Williams, Gaussian Processes for Machine Learning, 2.2, 5.4.2 (leave-one-out) and A.2.
 */
final class KernelTimes {
    /** Standard deviations beyond which an observation is not believed. */
    static final double CREDIBLE = 4;
    /** How often what is left is looked at again. */
    static final int DOUBTS = 3;

    /** No call is quicker than this share of what its rate says. */
    static final double LEAST_SHARE = 0.2;

    private final KernelRates rates;
    private final double floorMicros;
    private final Map<KernelCall.Kind, List<Weight>> general;
    private final Map<KernelCall.Kind, List<Weight>> own;
    private final double[] leaveOneOut;
    private final double logLikelihood;
    private final Map<KernelCall, Double> known = new ConcurrentHashMap<>();

    /** What one observed call says of others. */
    private record Weight(KernelCall call, double value) {}

    private KernelTimes(KernelRates rates, List<Observation> observations, Fit fit) {
        this.rates = rates;
        this.leaveOneOut = fit.leaveOneOut;
        this.logLikelihood = fit.logLikelihood;
        double all = 0;
        Map<KernelCall, Double> generalWeights = new LinkedHashMap<>();
        Map<KernelCall, Double> ownWeights = new LinkedHashMap<>();
        for (int i = 0; i < observations.size(); i++) {
            double each = fit.alpha[i] / observations.get(i).micros();
            all += each;
            for (KernelCall call : observations.get(i).calls()) {
                generalWeights.merge(call, each * rates.micros(call), Double::sum);
                if (observations.get(i).own()) {
                    ownWeights.merge(call, each * rates.micros(call), Double::sum);
                }
            }
        }
        this.floorMicros = Math.max(0, rates.floorMicros() + TimingCovariance.floorVariance(rates) * all);
        this.general = byKind(generalWeights);
        this.own = byKind(ownWeights);
    }

    /** Learns from timed networks; each weighs as much as its noise allows. */
    static KernelTimes learn(KernelRates rates, List<Observation> observations) {
        List<Observation> believed = new ArrayList<>(observations);
        TimingCovariance covariance = TimingCovariance.of(rates, observations, List.of());
        double[][] shared = covariance.amongTimed();
        Fit fit = fit(covariance, shared, believed);
        for (int doubt = 0; doubt < DOUBTS; doubt++) {
            boolean changed = false;
            for (int i = 0; i < believed.size(); i++) {
                if (Math.abs(fit.leaveOneOut[i]) > CREDIBLE * fit.deviation[i]) {
                    believed.set(i, believed.get(i).withNoise(Math.abs(fit.leaveOneOut[i])));
                    changed = true;
                }
            }
            if (!changed) {
                break;
            }
            fit = fit(covariance, shared, believed);
        }
        return new KernelTimes(rates, believed, fit);
    }

    /**
     * @param alpha weights of the observations' relative residuals
     * @param leaveOneOut measured less predicted from all others, relative to measured
     * @param deviation what was to be expected of {@code leaveOneOut}
     */
    private record Fit(double[] alpha, double[] leaveOneOut, double[] deviation, double logLikelihood) {}

    private static Fit fit(TimingCovariance timed, double[][] shared, List<Observation> observations) {
        int n = observations.size();
        double[][] covariance = new double[n][];
        double[] residual = new double[n];
        for (int i = 0; i < n; i++) {
            covariance[i] = shared[i].clone();
            residual[i] = 1 - timed.expected(i) / observations.get(i).micros();
            covariance[i][i] += observations.get(i).variance();
        }
        Cholesky factor = Cholesky.of(covariance);
        double[] alpha = factor.solve(residual);
        double[] precision = factor.inverseDiagonal();
        double[] leaveOneOut = new double[n];
        double[] deviation = new double[n];
        double fitted = 0;
        for (int i = 0; i < n; i++) {
            leaveOneOut[i] = alpha[i] / precision[i];
            deviation[i] = 1 / Math.sqrt(precision[i]);
            fitted += residual[i] * alpha[i];
        }
        return new Fit(alpha, leaveOneOut, deviation, -(fitted + factor.logDeterminant()) / 2);
    }

    private static Map<KernelCall.Kind, List<Weight>> byKind(Map<KernelCall, Double> weights) {
        Map<KernelCall.Kind, List<Weight>> grouped = new EnumMap<>(KernelCall.Kind.class);
        weights.forEach((call, value) ->
                grouped.computeIfAbsent(call.kind(), kind -> new ArrayList<>()).add(new Weight(call, value)));
        return grouped;
    }

    /** What any run costs before a kernel is called. */
    double floorMicros() {
        return floorMicros;
    }

    /** What a call takes in a network of the base model. */
    double micros(KernelCall call) {
        return known.computeIfAbsent(call, this::predict);
    }

    private double predict(KernelCall call) {
        double deviation = 0;
        for (Weight weight : general.getOrDefault(call.kind(), List.of())) {
            deviation += weight.value * KernelCovariance.GENERAL.of(call, weight.call);
        }
        for (Weight weight : own.getOrDefault(call.kind(), List.of())) {
            deviation += weight.value * KernelCovariance.OWN.of(call, weight.call);
        }
        return rates.micros(call) * Math.max(LEAST_SHARE, 1 + deviation);
    }

    KernelRates rates() {
        return rates;
    }

    /** Measured less predicted from all the others, relative to measured, for each observation. */
    double[] leaveOneOut() {
        return leaveOneOut.clone();
    }

    /**
     * How much the observations speak for the rates' channel step; comparable between steps. A step under which more kinds of
     * kernels run has more rates to fit, which must not speak for it.
     *
     * <p><i>Source:</i> Akaike 1974, "A new look at the statistical model identification", half of the negative criterion.
     */
    double evidence() {
        return logLikelihood - rates.fitted();
    }
}
