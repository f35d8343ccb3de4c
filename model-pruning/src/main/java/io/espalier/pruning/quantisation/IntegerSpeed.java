package io.espalier.pruning.quantisation;

import io.espalier.pruning.latency.Timing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * How long networks take in integers on one device, as a fraction of what they take in float.
 *
 * <p>There is no one fraction for a device: wide convolutions gain from integers, narrow ones, pools and the conversion
 * of the input lose. So a network and its narrower versions are timed in both forms, and the fraction is interpolated
 * over the logarithm of the float latency between the two versions nearest to the network in question. Outside of what
 * was timed nothing is said.
 *
 * <p><b>Units:</b> microseconds; the fraction has none.
 */
public final class IntegerSpeed {
    /** Behind the name of a probe this names the probe that is the same network in integers. */
    public static final String TWIN = "-int8";
    /** How far beyond the timed networks the nearest one still speaks, as a fraction of its latency. */
    private static final double REACH = 0.1;

    private final List<Pair> pairs;
    private final OptionalDouble everywhere;

    private IntegerSpeed(List<Pair> pairs, OptionalDouble everywhere) {
        this.pairs = pairs;
        this.everywhere = everywhere;
    }

    private record Pair(double floatMicros, double ratio) {}

    /** Learns from the timings of twins; probes without a twin are passed over. */
    public static IntegerSpeed of(List<Timing> timings) {
        Map<String, Timing> byName = new HashMap<>();
        timings.forEach(timing -> byName.put(timing.probe(), timing));
        List<Pair> pairs = new ArrayList<>();
        for (Timing timing : timings) {
            Timing twin = byName.get(timing.probe() + TWIN);
            if (twin != null) {
                pairs.add(new Pair(timing.medianMicros(), twin.medianMicros() / timing.medianMicros()));
            }
        }
        pairs.sort(Comparator.comparingDouble(Pair::floatMicros));
        return new IntegerSpeed(List.copyOf(pairs), OptionalDouble.empty());
    }

    /**
     * The fraction that one network was measured at, said of all. Wider networks gain more from integers, narrower ones
     * less, so only of wider ones is it a bound.
     */
    public static IntegerSpeed like(OptionalDouble measured) {
        return new IntegerSpeed(List.of(), measured);
    }

    /** The fraction for a network that takes this long in float; empty where no network like it was timed. */
    public OptionalDouble ratio(double floatMicros) {
        for (int i = 0; i < pairs.size(); i++) {
            Pair upper = pairs.get(i);
            if (floatMicros <= upper.floatMicros()) {
                return i == 0
                        ? nearest(upper, floatMicros)
                        : OptionalDouble.of(between(pairs.get(i - 1), upper, floatMicros));
            }
        }
        return pairs.isEmpty() ? everywhere : nearest(pairs.get(pairs.size() - 1), floatMicros);
    }

    private static OptionalDouble nearest(Pair pair, double floatMicros) {
        boolean near = Math.abs(floatMicros / pair.floatMicros() - 1) <= REACH;
        return near ? OptionalDouble.of(pair.ratio()) : OptionalDouble.empty();
    }

    private static double between(Pair lower, Pair upper, double floatMicros) {
        double share =
                Math.log(floatMicros / lower.floatMicros()) / Math.log(upper.floatMicros() / lower.floatMicros());
        return lower.ratio() + share * (upper.ratio() - lower.ratio());
    }
}
