package io.espalier.pruning.choice;

import io.espalier.pruning.latency.Timing;
import java.util.Arrays;
import java.util.List;

/**
 * How far apart the timings of two devices are, in natural logarithms, over the probes that both of them timed.
 *
 * <p>Nothing is rescaled: a device that is a tenth slower throughout is another device. Of each difference is taken off what
 * the noise of the two timings explains.
 *
 * @param median of the differences
 * @param largest of the differences
 */
public record Likeness(double median, double largest) {
    /**
     * Between devices of one class. Repeated timings of one machine are 0.002 to 0.008 apart, and a latency model errs by 0.05.
     */
    static final double MEDIAN_OF_A_CLASS = 0.05;
    /** For any single probe; repeated timings of one machine differ by up to 0.09. */
    static final double LARGEST_OF_A_CLASS = 0.2;

    /** Infinitely far apart where no probe is common to both. */
    public static Likeness of(List<Timing> one, List<Timing> other) {
        return of(ProbeTimes.of(one), ProbeTimes.of(other));
    }

    static Likeness of(ProbeTimes one, ProbeTimes other) {
        double[] apart = one.apart(other);
        if (apart.length == 0) {
            return new Likeness(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
        }
        Arrays.sort(apart);
        return new Likeness(apart[apart.length / 2], apart[apart.length - 1]);
    }

    /** Whether two devices this far apart may share what was made for either. */
    public boolean isOneClass() {
        return median <= MEDIAN_OF_A_CLASS && largest <= LARGEST_OF_A_CLASS;
    }
}
