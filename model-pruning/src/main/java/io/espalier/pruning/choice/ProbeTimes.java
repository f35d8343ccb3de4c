package io.espalier.pruning.choice;

import io.espalier.pruning.latency.Timing;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A device's probe timings ready to be compared with many others: logarithms of medians, and how sure they are. */
final class ProbeTimes {
    /** Of a median of m runs, as a multiple of their median absolute deviation over the root of m. */
    private static final double MEDIAN_DEVIATION = 1.86;

    private static final double DEVIATIONS_EXPLAINED = 3;

    private final List<String> probes;
    private final double[] logarithms;
    private final double[] variances;
    private final double pace;
    /** Most that noise may explain of a difference on this side. */
    private final double explained;

    private ProbeTimes(List<String> probes, double[] logarithms, double[] variances) {
        this.probes = probes;
        this.logarithms = logarithms;
        this.variances = variances;
        double[] sorted = logarithms.clone();
        Arrays.sort(sorted);
        this.pace = sorted.length == 0 ? 0 : sorted[sorted.length / 2];
        this.explained =
                DEVIATIONS_EXPLAINED * Math.sqrt(Arrays.stream(variances).max().orElse(0));
    }

    static ProbeTimes of(List<Timing> timings) {
        return of(timings, new HashMap<>());
    }

    /**
     * @param suites lists of probes that are known already
     */
    static ProbeTimes of(List<Timing> timings, Map<List<String>, List<String>> suites) {
        double[] logarithms = new double[timings.size()];
        double[] variances = new double[timings.size()];
        for (int i = 0; i < logarithms.length; i++) {
            Timing timing = timings.get(i);
            logarithms[i] = Math.log(timing.medianMicros());
            double deviation = MEDIAN_DEVIATION * timing.noise();
            variances[i] = deviation * deviation / Math.max(1, timing.samples());
        }
        List<String> probes = timings.stream().map(Timing::probe).toList();
        List<String> known = suites.putIfAbsent(probes, probes);
        return new ProbeTimes(known == null ? probes : known, logarithms, variances);
    }

    /** Median of the logarithms. */
    double pace() {
        return pace;
    }

    /** Differences on the probes that both timed, less what noise explains, none below 0. */
    double[] apart(ProbeTimes other) {
        boolean aligned = probes.equals(other.probes);
        double[] apart = new double[logarithms.length];
        int common = 0;
        for (int i = 0; i < logarithms.length; i++) {
            int same = aligned ? i : other.probes.indexOf(probes.get(i));
            if (same >= 0) {
                apart[common++] = apart(i, other, same);
            }
        }
        return Arrays.copyOf(apart, common);
    }

    /** Whether some probe is further apart than this; quick where the first ones are. */
    boolean isFartherThan(double most, ProbeTimes other) {
        if (!probes.equals(other.probes)) {
            return Arrays.stream(apart(other)).anyMatch(each -> each > most);
        }
        // Medians are never further apart than what they are medians of.
        if (Math.abs(pace - other.pace) > most + explained + other.explained) {
            return true;
        }
        for (int i = 0; i < logarithms.length; i++) {
            double difference = Math.abs(logarithms[i] - other.logarithms[i]);
            if (difference > most && apart(i, other, i) > most) {
                return true;
            }
        }
        return false;
    }

    private double apart(int i, ProbeTimes other, int same) {
        double explained = DEVIATIONS_EXPLAINED * Math.sqrt(variances[i] + other.variances[same]);
        return Math.max(0, Math.abs(logarithms[i] - other.logarithms[same]) - explained);
    }
}
