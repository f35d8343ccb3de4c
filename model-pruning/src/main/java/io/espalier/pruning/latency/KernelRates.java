package io.espalier.pruning.latency;

import io.espalier.pruning.runtime.ChannelStep;
import io.espalier.pruning.runtime.KernelCall;
import java.util.List;

/** What kernels cost on one device to a first approximation: a rate for each feature, fitted to what was timed. */
final class KernelRates {
    /** Relative error squared that a rate may cost before it leaves its typical value, a point. */
    private static final double BELIEF = 1e-6;
    /** No call is quicker than this share of the cheapest possible one. */
    private static final double SMALLEST_CALL = 0.5;

    private final ChannelStep step;
    private final double[] rates;
    private final int fitted;

    private KernelRates(ChannelStep step, double[] rates, int fitted) {
        this.step = step;
        this.rates = rates;
        this.fitted = fitted;
    }

    /** Fits the rates to observed networks, one at least. */
    static KernelRates fit(List<Observation> observations, ChannelStep step) {
        double[] typical = KernelFeatures.typicalRates();
        List<NonNegativeRegression.Point> points = observations.stream()
                .map(o -> new NonNegativeRegression.Point(KernelFeatures.of(o.calls(), step), o.micros()))
                .toList();
        double speed = median(points.stream()
                .mapToDouble(p -> p.micros() / NonNegativeRegression.dot(typical, p.features()))
                .sorted()
                .toArray());
        double[] strength = new double[typical.length];
        int fitted = 0;
        for (int j = 0; j < typical.length; j++) {
            typical[j] *= speed;
            double scale = 0;
            for (NonNegativeRegression.Point point : points) {
                scale += Math.pow(point.features()[j] / point.micros(), 2);
            }
            fitted += scale > 0 ? 1 : 0;
            // A rate that nothing was observed of keeps its typical value.
            strength[j] = Math.max(BELIEF * scale, 1e-12 / (typical[j] * typical[j]));
        }
        return new KernelRates(step, NonNegativeRegression.fit(points, typical, strength), fitted);
    }

    /** Rates of a typical device, for want of any observation. */
    static KernelRates typical(ChannelStep step) {
        return new KernelRates(step, KernelFeatures.typicalRates(), 0);
    }

    private static double median(double[] sorted) {
        return sorted[sorted.length / 2];
    }

    ChannelStep step() {
        return step;
    }

    /** How many rates something was observed of. */
    int fitted() {
        return fitted;
    }

    /** What any run costs before a kernel is called. */
    double floorMicros() {
        return rates[0];
    }

    /** A network. */
    double micros(List<KernelCall> network) {
        double micros = floorMicros();
        for (KernelCall call : network) {
            micros += micros(call);
        }
        return micros;
    }

    double micros(KernelCall call) {
        return Math.max(SMALLEST_CALL * rates[1], NonNegativeRegression.dot(rates, KernelFeatures.of(call, step)));
    }
}
