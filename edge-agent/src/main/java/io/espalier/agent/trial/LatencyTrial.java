package io.espalier.agent.trial;

import io.espalier.agent.inference.ModelUnusableException;
import io.espalier.agent.measure.OrderStatistics;
import io.espalier.agent.measure.TimedRun;
import io.espalier.proto.v1.ModelAssignment;
import io.espalier.proto.v1.TrialReport;
import io.espalier.proto.v1.TrialReport.Outcome;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/**
 * Times a candidate and holds it against its budget.
 *
 * <p>Refused only where the lower bound of the 95 % confidence interval of its p95 exceeds the budget, so that an honest
 * model does not fail by chance. An unconditional assignment is timed but not refused.
 */
final class LatencyTrial {
    private static final int DEFAULT_SAMPLES = 500;
    private static final int FEWEST_SAMPLES = 100;
    private static final int MOST_SAMPLES = 10_000;
    private static final int WARM_UP_RUNS = 20;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final double NANOS_PER_MICRO = 1e3;

    private LatencyTrial() {}

    /** Adds timings and outcome to {@code report}; a model too slow to be timed in full is judged on at least 100 runs. */
    static TrialReport run(ModelAssignment assignment, TimedRun run, TrialReport report) throws ModelUnusableException {
        for (int i = 0; i < WARM_UP_RUNS; i++) {
            run.nanos();
        }
        int wanted = assignment.getTrialSamples() == 0 ? DEFAULT_SAMPLES : assignment.getTrialSamples();
        long[] nanos = new long[Math.max(FEWEST_SAMPLES, Math.min(wanted, MOST_SAMPLES))];
        int samples = 0;
        long spent = 0;
        while (samples < nanos.length && (samples < FEWEST_SAMPLES || spent < LIMIT.toNanos())) {
            nanos[samples] = run.nanos();
            spent += nanos[samples++];
        }
        return judge(assignment, new OrderStatistics(Arrays.copyOf(nanos, samples)), report);
    }

    private static TrialReport judge(ModelAssignment assignment, OrderStatistics timings, TrialReport report) {
        OrderStatistics.Interval p95 = timings.interval(0.95);
        double lowerMicros = p95.lower() / NANOS_PER_MICRO;
        boolean tooSlow = !assignment.getUnconditional()
                && assignment.getBudget().hasLatencyP95Micros()
                && lowerMicros > assignment.getBudget().getLatencyP95Micros();
        return report.toBuilder()
                .setSamples(timings.size())
                .setP50Micros(timings.quantile(0.5) / NANOS_PER_MICRO)
                .setP95Micros(timings.quantile(0.95) / NANOS_PER_MICRO)
                .setP95LowerMicros(lowerMicros)
                .setP95UpperMicros(p95.upper() / NANOS_PER_MICRO)
                .setOutcome(tooSlow ? Outcome.OUTCOME_TOO_SLOW : Outcome.OUTCOME_ACCEPTED)
                .setDetail(
                        tooSlow
                                ? String.format(
                                        Locale.ROOT,
                                        "p95 is at least %.1f us, the budget allows %.1f us",
                                        lowerMicros,
                                        assignment.getBudget().getLatencyP95Micros())
                                : "")
                .build();
    }
}
