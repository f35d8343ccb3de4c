package io.espalier.controller.deployment;

import org.jspecify.annotations.Nullable;

/**
 * What a device measured when it tried a model.
 *
 * @param p95LowerMicros lower end of the 95 % confidence interval of the 95th percentile
 * @param p95UpperMicros upper end of it
 * @param runtime the runtime key as one word; null where the agent does not say it
 */
public record Trial(
        TrialOutcome outcome,
        int samples,
        double p50Micros,
        double p95Micros,
        double p95LowerMicros,
        double p95UpperMicros,
        String detail,
        @Nullable String runtime) {

    /** Whether latency was measured at all; a model that did not load has none. */
    public boolean timed() {
        return samples > 0 && p95Micros > 0;
    }

    /** With the latencies of an earlier one where it has none: a model that does not load any more was measured all the same. */
    public Trial withLatenciesOf(@Nullable Trial earlier) {
        return timed() || earlier == null || !earlier.timed()
                ? this
                : new Trial(
                        outcome,
                        earlier.samples,
                        earlier.p50Micros,
                        earlier.p95Micros,
                        earlier.p95LowerMicros,
                        earlier.p95UpperMicros,
                        detail,
                        earlier.runtime);
    }

    /** Whether its latencies may be compared with those under another key; where a key is unknown, they are. */
    public boolean comparesWith(@Nullable String otherRuntime) {
        return runtime == null || otherRuntime == null || runtime.equals(otherRuntime);
    }
}
