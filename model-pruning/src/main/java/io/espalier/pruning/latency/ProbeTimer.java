package io.espalier.pruning.latency;

import io.espalier.pruning.graph.Graph;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Times graphs in ONNX Runtime on this machine, the way an agent does on a device: batch 1, random input. */
public final class ProbeTimer {
    private static final int WARM_UP_RUNS = 5;

    private final TimedSession.Options options;
    private final int minSamples;
    private final int maxSamples;
    private final long maxNanos;
    private final int fewestSamples;
    private final long bound;

    /**
     * @param maxNanos of timed runs for one probe, unless {@code minSamples} take longer
     */
    public ProbeTimer(int threads, int minSamples, int maxSamples, long maxNanos) {
        this(TimedSession.Options.threads(threads), minSamples, maxSamples, maxNanos);
    }

    /** The same with other options of the runtime. */
    public ProbeTimer(TimedSession.Options options, int minSamples, int maxSamples, long maxNanos) {
        this(options, minSamples, maxSamples, maxNanos, minSamples, 0);
    }

    private ProbeTimer(
            TimedSession.Options options,
            int minSamples,
            int maxSamples,
            long maxNanos,
            int fewestSamples,
            long bound) {
        this.options = options;
        this.minSamples = minSamples;
        this.maxSamples = maxSamples;
        this.maxNanos = maxNanos;
        this.fewestSamples = fewestSamples;
        this.bound = bound;
    }

    /**
     * The same, but for what is so slow that {@code minSamples} take longer than this: there timed runs end with the bound, once
     * there are {@code fewest}.
     */
    public ProbeTimer boundedBy(Duration bound, int fewest) {
        return new ProbeTimer(options, minSamples, maxSamples, maxNanos, Math.min(fewest, minSamples), bound.toNanos());
    }

    public Timing time(String probe, Graph graph) {
        return summary(probe, run(probe, graph, 1));
    }

    /**
     * Times many probes, each opened anew in every round, its samples and its time spread over the rounds. What disturbs
     * the machine for a while then touches one round of every probe, and the median of the rounds' medians forgets it.
     *
     * @param progress told the name of each probe before it is timed
     */
    public Map<String, Timing> time(Map<String, Supplier<Graph>> probes, int rounds, Consumer<String> progress) {
        Map<String, List<long[]>> taken = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            probes.forEach((name, graph) -> {
                progress.accept(name);
                taken.computeIfAbsent(name, n -> new ArrayList<>()).add(run(name, graph.get(), rounds));
            });
        }
        Map<String, Timing> timings = new LinkedHashMap<>();
        taken.forEach((name, each) -> timings.put(name, ofRounds(name, each)));
        return timings;
    }

    /** @param rounds that samples and time are shared out among */
    private long[] run(String probe, Graph graph, int rounds) {
        int fewest = Math.max(1, fewestSamples / rounds);
        int least = Math.max(1, minSamples / rounds);
        int most = Math.max(1, maxSamples / rounds);
        try (TimedSession session = TimedSession.open(probe, graph, options)) {
            for (int i = 0; i < WARM_UP_RUNS; i++) {
                session.runNanos();
            }
            long[] nanos = new long[most];
            int n = 0;
            long start = System.nanoTime();
            while (n < most) {
                long limit = n < least ? bound / rounds : maxNanos / rounds;
                if (n >= fewest && System.nanoTime() - start >= limit) {
                    break;
                }
                nanos[n++] = session.runNanos();
            }
            return Arrays.copyOf(nanos, n);
        }
    }

    private static Timing ofRounds(String probe, List<long[]> rounds) {
        double[] medians = rounds.stream()
                .mapToDouble(each -> summary(probe, each).medianMicros())
                .sorted()
                .toArray();
        int half = medians.length / 2;
        double median = medians.length % 2 == 1 ? medians[half] : (medians[half - 1] + medians[half]) / 2;
        Timing all =
                summary(probe, rounds.stream().flatMapToLong(Arrays::stream).toArray());
        return new Timing(probe, median, Math.max(median, all.p95Micros()), all.samples(), all.noise());
    }

    private static Timing summary(String probe, long[] samples) {
        long[] nanos = samples.clone();
        Arrays.sort(nanos);
        double median = nanos[nanos.length / 2] / 1e3;
        double p95 = nanos[Math.min(nanos.length - 1, (int) Math.ceil(nanos.length * 0.95) - 1)] / 1e3;
        double[] deviations = Arrays.stream(nanos)
                .mapToDouble(each -> Math.abs(each / 1e3 - median))
                .sorted()
                .toArray();
        return new Timing(probe, median, Math.max(median, p95), nanos.length, deviations[nanos.length / 2] / median);
    }
}
