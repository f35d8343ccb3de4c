package io.espalier.agent.telemetry;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/** What all variants did since the agent started, in steps of latency that stay the same. */
public final class Totals {
    private static final long[] BOUNDS_NANOS = LongStream.of(10, 100, 1_000, 10_000, 100_000, 1_000_000)
            .flatMap(micros -> LongStream.of(1_000 * micros, 2_500 * micros, 5_000 * micros))
            .toArray();

    private final long[] counts = new long[BOUNDS_NANOS.length + 1];
    private long sumNanos;
    private long errors;
    private long labelled;
    private long correct;

    /**
     * The sums at one moment.
     *
     * @param steps inferences up to and including each bound and above the bound before
     */
    public record Snapshot(
            List<Step> steps, long inferences, long sumNanos, long errors, long labelled, long correct) {}

    /** Of one step of latency. */
    public record Step(long mostNanos, long count) {}

    void inference(long nanos) {
        int at = Arrays.binarySearch(BOUNDS_NANOS, nanos);
        counts[at < 0 ? -at - 1 : at]++;
        sumNanos += nanos;
    }

    void error() {
        errors++;
    }

    void label(boolean right) {
        labelled++;
        correct += right ? 1 : 0;
    }

    Snapshot snapshot() {
        Step[] steps = new Step[BOUNDS_NANOS.length];
        Arrays.setAll(steps, i -> new Step(BOUNDS_NANOS[i], counts[i]));
        return new Snapshot(List.of(steps), Arrays.stream(counts).sum(), sumNanos, errors, labelled, correct);
    }
}
