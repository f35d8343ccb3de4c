package io.espalier.controller.telemetry;

import io.espalier.controller.telemetry.LatencyHistogram.Percentiles;
import org.jspecify.annotations.Nullable;

/** Sums of windows: latencies, and how many answers were known to be right. Mutable while sums are taken. */
public final class Tally {
    private final LatencyHistogram latency;
    private long inferences;
    private long errors;
    private long labelled;
    private long correct;

    public Tally(LatencyHistogram latency, long inferences, long errors, long labelled, long correct) {
        this.latency = latency;
        this.inferences = inferences;
        this.errors = errors;
        this.labelled = labelled;
        this.correct = correct;
    }

    public static Tally empty() {
        return new Tally(LatencyHistogram.empty(), 0, 0, 0, 0);
    }

    public void add(TelemetryWindow window) {
        latency.add(window.latency());
        inferences += window.inferences();
        errors += window.errors();
        labelled += window.labelled();
        correct += window.correct();
    }

    public void add(Tally other) {
        latency.add(other.latency);
        inferences += other.inferences;
        errors += other.errors;
        labelled += other.labelled;
        correct += other.correct;
    }

    public Summary summary() {
        return new Summary(latency.percentiles(), inferences, errors, labelled, correct);
    }

    public byte[] encodedLatency() {
        return latency.encode();
    }

    /** What the sums say. */
    public record Summary(Percentiles latency, long inferences, long errors, long labelled, long correct) {
        /** Fraction of labelled answers that were right; null where none was labelled. */
        public @Nullable Double accuracy() {
            return labelled == 0 ? null : (double) correct / labelled;
        }
    }
}
