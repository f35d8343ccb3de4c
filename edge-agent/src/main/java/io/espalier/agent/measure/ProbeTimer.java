package io.espalier.agent.measure;

import io.espalier.agent.inference.LoadedModel;
import io.espalier.agent.inference.ModelUnusableException;
import io.espalier.agent.inference.OrtRuntime;
import io.espalier.proto.v1.Probe;
import io.espalier.proto.v1.ProbeSuite;
import io.espalier.proto.v1.ProbeTiming;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleConsumer;

/**
 * Times the probes of a suite, random input each.
 *
 * <p>A probe is repeated until its median is known to 1 % (95 % confidence), at least 20 and at most 300 times, and no longer
 * than its share of time once it has 20. All of them are timed twice, and the quicker timing of each counts: what disturbs a
 * device for a moment only ever adds time, and rarely finds the same probe again. A suite takes at most a minute; what does
 * not fit is named as not timed.
 */
public final class ProbeTimer {
    private static final int LEAST_SAMPLES = 20;
    private static final int MOST_SAMPLES = 300;
    private static final int PASSES = 2;
    private static final int SAMPLES_BETWEEN_CHECKS = 10;
    private static final int WARM_UP_RUNS = 5;
    private static final double STEADY = 0.01;
    private static final Duration PROBE_SHARE = Duration.ofMillis(60).dividedBy(PASSES);
    private static final Duration SUITE_LIMIT = Duration.ofSeconds(60);
    private static final long INPUT_SEED = 7;
    private static final double NANOS_PER_MICRO = 1e3;

    private final OrtRuntime runtime;

    public ProbeTimer(OrtRuntime runtime) {
        this.runtime = runtime;
    }

    /** Call it while holding the host lock. */
    public List<ProbeTiming> time(ProbeSuite suite, DoubleConsumer progress) {
        long deadline = System.nanoTime() + SUITE_LIMIT.toNanos();
        List<ProbeTiming> quickest = new ArrayList<>();
        int runs = PASSES * suite.getProbesCount();
        for (int run = 0; run < runs; run++) {
            int probe = run % suite.getProbesCount();
            ProbeTiming timing = time(suite.getProbes(probe), deadline);
            if (run == probe) {
                quickest.add(timing);
            } else {
                quickest.set(probe, quicker(quickest.get(probe), timing));
            }
            progress.accept((run + 1.0) / runs);
        }
        return quickest;
    }

    /** One that could not be timed loses against one that could. */
    static ProbeTiming quicker(ProbeTiming one, ProbeTiming other) {
        if (!one.getError().isEmpty() || !other.getError().isEmpty()) {
            return one.getError().isEmpty() ? one : other;
        }
        return other.getMedianMicros() < one.getMedianMicros() ? other : one;
    }

    private ProbeTiming time(Probe probe, long suiteDeadline) {
        if (System.nanoTime() >= suiteDeadline) {
            return untimed(probe, "the suite's " + SUITE_LIMIT.toSeconds() + " s were spent before its turn");
        }
        try (LoadedModel model = runtime.load(probe.getOnnx().toByteArray())) {
            model.fillInputAtRandom(INPUT_SEED);
            long share = PROBE_SHARE.toNanos() * runtime.slowdown();
            return timing(probe.getName(), model::runNanos, Math.min(share, suiteDeadline - System.nanoTime()));
        } catch (ModelUnusableException e) {
            return untimed(probe, e.reason());
        }
    }

    static ProbeTiming timing(String name, TimedRun run, long shareNanos) throws ModelUnusableException {
        for (int i = 0; i < WARM_UP_RUNS; i++) {
            run.nanos();
        }
        long[] nanos = new long[MOST_SAMPLES];
        int samples = 0;
        long spent = 0;
        while (samples < MOST_SAMPLES) {
            nanos[samples] = run.nanos();
            spent += nanos[samples++];
            if (samples >= LEAST_SAMPLES
                    && (spent >= shareNanos || (samples % SAMPLES_BETWEEN_CHECKS == 0 && isSteady(nanos, samples)))) {
                break;
            }
        }
        OrderStatistics statistics = new OrderStatistics(Arrays.copyOf(nanos, samples));
        return ProbeTiming.newBuilder()
                .setProbe(name)
                .setMedianMicros(statistics.quantile(0.5) / NANOS_PER_MICRO)
                .setP95Micros(statistics.quantile(0.95) / NANOS_PER_MICRO)
                .setSamples(samples)
                .setNoise(statistics.noise())
                .build();
    }

    private static boolean isSteady(long[] nanos, int samples) {
        OrderStatistics statistics = new OrderStatistics(Arrays.copyOf(nanos, samples));
        OrderStatistics.Interval median = statistics.interval(0.5);
        return median.upper() - median.lower() <= STEADY * statistics.quantile(0.5);
    }

    private static ProbeTiming untimed(Probe probe, String why) {
        return ProbeTiming.newBuilder().setProbe(probe.getName()).setError(why).build();
    }
}
