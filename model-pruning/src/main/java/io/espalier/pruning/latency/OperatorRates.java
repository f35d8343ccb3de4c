package io.espalier.pruning.latency;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What kernels cost on one device, learned from the base suite alone: a rate for each kernel family and the step in
 * which channels are charged.
 */
final class OperatorRates {
    private static final int[] ALIGNMENTS = {1, 2, 4, 8};
    private static final int[] BLOCKS = {1, 2, 4, 8, 16};
    /** A rounder step must explain the timings this much better than a smoother one, or noise would choose it. */
    private static final double WORTHWHILE = 0.95;

    private final ChannelStep step;
    private final double[] coefficients;
    private final double relativeError;

    private OperatorRates(ChannelStep step, double[] coefficients, double relativeError) {
        this.step = step;
        this.coefficients = coefficients;
        this.relativeError = relativeError;
    }

    /**
     * Tries every plausible step and keeps the one under which the timings are best explained.
     *
     * @param networks the kernel calls of each probe, by probe name; timings of other probes are not used
     */
    static OperatorRates learn(List<Timing> timings, Map<String, List<FusedOperator>> networks) {
        OperatorRates best = fit(timings, networks, ChannelStep.SMOOTH);
        for (int block : BLOCKS) {
            for (int alignment : ALIGNMENTS) {
                if (block > 1 && block % alignment == 0) {
                    OperatorRates candidate = fit(timings, networks, new ChannelStep(alignment, block));
                    if (candidate.relativeError < best.relativeError * WORTHWHILE) {
                        best = candidate;
                    }
                }
            }
        }
        return best;
    }

    private static OperatorRates fit(
            List<Timing> timings, Map<String, List<FusedOperator>> networks, ChannelStep step) {
        List<NonNegativeRegression.Point> points = new ArrayList<>();
        for (Timing timing : timings) {
            List<FusedOperator> network = networks.get(timing.probe());
            if (network != null) {
                points.add(new NonNegativeRegression.Point(CostFeatures.of(network, step), timing.medianMicros()));
            }
        }
        double[] prior = prior(points);
        double[] strength = new double[CostFeatures.COUNT];
        for (int j = 0; j < strength.length; j++) {
            strength[j] = 1e-3 / Math.max(1e-9, prior[j] * prior[j]);
        }
        double[] fitted = NonNegativeRegression.fit(points, prior, strength);
        return new OperatorRates(step, fitted, NonNegativeRegression.relativeError(points, fitted));
    }

    /** A weak belief: half of the fastest probe is floor, and a million operations take what the slowest rate says. */
    private static double[] prior(List<NonNegativeRegression.Point> points) {
        double fastest = points.stream()
                .mapToDouble(NonNegativeRegression.Point::micros)
                .min()
                .orElse(20);
        double[] prior = new double[CostFeatures.COUNT];
        Arrays.fill(prior, fastest);
        prior[0] = fastest * 0.8;
        prior[1] = fastest * 0.1;
        return prior;
    }

    ChannelStep step() {
        return step;
    }

    /** Microseconds per unit of each feature. */
    double[] coefficients() {
        return coefficients.clone();
    }

    /** Mean absolute relative error on the probes themselves. */
    double relativeError() {
        return relativeError;
    }
}
