package io.espalier.pruning.latency;

import io.espalier.pruning.runtime.KernelCall;

/**
 * How alike two kernel calls err: the prior covariance of the relative deviations of their times from the fitted rates.
 *
 * <p>Calls of one kind share a constant deviation, and the more alike their sizes are, the more of the rest: a squared
 * exponential of the distance of the logarithms. Calls of different kinds share nothing. The scales were chosen by marginal
 * likelihood on random small networks; predictions barely change when any of them is halved or doubled.
 *
 * @param common standard deviation of what a whole kind has in common
 * @param varying standard deviation of what depends on sizes
 */
record KernelCovariance(double common, double varying, double reachOut, double reachPositions) {
    /** Of kernels wherever they run. */
    static final KernelCovariance GENERAL = new KernelCovariance(0.12, 0.18, 2, 0.45);
    /** Of kernels within one base model: what its own context adds. */
    static final KernelCovariance OWN = new KernelCovariance(0, 0.1, 1, 1);

    private static final double REACH = 1;

    double of(KernelCall a, KernelCall b) {
        if (a.kind() != b.kind()) {
            return 0;
        }
        double distance = square(ratio(a.inChannels(), b.inChannels()) / REACH)
                + square(ratio(a.outChannels(), b.outChannels()) / reachOut)
                + square(ratio(a.outPositions(), b.outPositions()) / reachPositions)
                + square(ratio(a.outWidth(), b.outWidth()) / REACH)
                + square(ratio(a.area(), b.area()) / REACH)
                + square(ratio(a.stride(), b.stride()) / REACH)
                + (a.padded() == b.padded() ? 0 : 1 / square(REACH))
                + (a.adds() == b.adds() ? 0 : 1 / square(REACH));
        return square(common) + square(varying) * Math.exp(-distance / 2);
    }

    private static double ratio(long a, long b) {
        return a == b ? 0 : Math.log((double) a / b);
    }

    private static double square(double x) {
        return x * x;
    }
}
