package io.espalier.pruning.latency;

import io.espalier.pruning.runtime.KernelCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How far the times of networks depart from the sums of their calls' rates together, noise left out: of timed networks among
 * each other, and with single calls of the base model that are asked about.
 *
 * <p><i>Units:</i> departures of timed networks are relative to what was measured, those of calls in microseconds.
 */
final class TimingCovariance {
    private static final double FLOOR_DEVIATION = 0.2;

    private final KernelRates rates;
    private final List<Observation> timed;
    private final List<Terms> terms;
    private final Map<KernelCall.Kind, Similarity> general;
    private final Map<KernelCall.Kind, Similarity> own;

    private TimingCovariance(KernelRates rates, List<Observation> timed, List<Terms> terms) {
        this.rates = rates;
        this.timed = timed;
        this.terms = terms;
        this.general = Similarity.of(terms, KernelCovariance.GENERAL, false);
        this.own = Similarity.of(terms, KernelCovariance.OWN, true);
    }

    static TimingCovariance of(KernelRates rates, List<Observation> timed, List<KernelCall> asked) {
        List<Terms> terms = new ArrayList<>();
        timed.forEach(each -> terms.add(Terms.of(each, rates)));
        asked.forEach(call -> terms.add(Terms.of(new Observation(List.of(call), 1, 0, true), rates)));
        return new TimingCovariance(rates, List.copyOf(timed), terms);
    }

    /** Of the time that any run takes before a kernel is called. */
    static double floorVariance(KernelRates rates) {
        return Math.pow(FLOOR_DEVIATION * rates.floorMicros(), 2);
    }

    /** Among timed networks, {@code [timed][timed]}; filled from the diagonal on. */
    double[][] amongTimed() {
        double[][] covariance = new double[timed.size()][timed.size()];
        for (int i = 0; i < timed.size(); i++) {
            for (int j = 0; j <= i; j++) {
                covariance[j][i] = (floorVariance(rates) + ofCalls(i, j))
                        / (timed.get(i).micros() * timed.get(j).micros());
            }
        }
        return covariance;
    }

    /** Of an asked call with the timed networks, {@code [timed]}. */
    double[] ofCall(int number) {
        double[] covariance = new double[timed.size()];
        for (int i = 0; i < covariance.length; i++) {
            covariance[i] = ofCalls(timed.size() + number, i) / timed.get(i).micros();
        }
        return covariance;
    }

    /** Of what any run takes before a kernel is called, with the timed networks, {@code [timed]}. */
    double[] ofFloor() {
        return timed.stream()
                .mapToDouble(each -> floorVariance(rates) / each.micros())
                .toArray();
    }

    private double ofCalls(int a, int b) {
        double shared = Similarity.between(general, a, b);
        return terms.get(a).own() && terms.get(b).own() ? shared + Similarity.between(own, a, b) : shared;
    }

    /** What the rates alone say of a timed network. */
    double expected(int number) {
        return rates.floorMicros() + terms.get(number).sum();
    }
}
