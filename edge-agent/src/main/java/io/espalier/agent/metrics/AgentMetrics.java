package io.espalier.agent.metrics;

import io.espalier.agent.inference.ActiveModel;
import io.espalier.agent.link.Connections;
import io.espalier.agent.telemetry.Spool;
import io.espalier.agent.telemetry.TelemetryRecorder;
import io.espalier.agent.telemetry.Totals;
import java.util.Map;
import java.util.function.Supplier;

/** The agent's metrics at the moment they are asked for; counters begin anew with the process. */
public final class AgentMetrics implements Supplier<String> {
    private static final double NANOS_IN_A_SECOND = 1e9;

    private final String agentVersion;
    private final ActiveModel active;
    private final TelemetryRecorder telemetry;
    private final Spool spool;
    private final Connections connections;

    public AgentMetrics(
            String agentVersion,
            ActiveModel active,
            TelemetryRecorder telemetry,
            Spool spool,
            Connections connections) {
        this.agentVersion = agentVersion;
        this.active = active;
        this.telemetry = telemetry;
        this.spool = spool;
        this.connections = connections;
    }

    @Override
    public String get() {
        Exposition out = new Exposition();
        out.family("espalier_agent_info", "gauge", "Always 1; the label has the agent's version.")
                .sample(Map.of("version", agentVersion), 1);
        model(out);
        inferences(out, telemetry.totals());
        spool(out, spool.usage());
        out.family("espalier_connection_up", "gauge", "1 where the far side was reached at the last attempt.");
        connections.states().forEach((peer, up) -> out.sample(Map.of("peer", peer), up ? 1 : 0));
        return out.toString();
    }

    private void model(Exposition out) {
        out.family("espalier_model_ready", "gauge", "1 where a model serves.")
                .sample(active.variant().isPresent() ? 1 : 0);
        active.variant()
                .ifPresent(serves -> out.family(
                                "espalier_model_info", "gauge", "Always 1; the labels name the model that serves.")
                        .sample(Map.of("variant", serves.variantDigest(), "artifact", serves.artifactDigest()), 1));
    }

    private static void inferences(Exposition out, Totals.Snapshot totals) {
        out.family("espalier_inference_duration_seconds", "histogram", "Time in the runtime of one inference.");
        long below = 0;
        for (Totals.Step step : totals.steps()) {
            below += step.count();
            out.sample("_bucket", Map.of("le", Exposition.number(step.mostNanos() / NANOS_IN_A_SECOND)), below);
        }
        out.sample("_bucket", Map.of("le", "+Inf"), totals.inferences())
                .sample("_sum", Map.of(), totals.sumNanos() / NANOS_IN_A_SECOND)
                .sample("_count", Map.of(), totals.inferences());
        out.family("espalier_inferences_total", "counter", "Inferences that were answered, each sample of a batch one.")
                .sample(totals.inferences());
        out.family("espalier_inference_errors_total", "counter", "Inferences that failed in the runtime.")
                .sample(totals.errors());
        out.family("espalier_labelled_inferences_total", "counter", "Answers whose true label is known.")
                .sample(totals.labelled());
        out.family("espalier_correct_inferences_total", "counter", "Labelled answers that were right.")
                .sample(totals.correct());
    }

    private static void spool(Exposition out, Spool.Usage usage) {
        out.family("espalier_spool_bytes", "gauge", "Bytes of telemetry on disk.")
                .sample(usage.bytes());
        out.family("espalier_spool_max_bytes", "gauge", "Bytes at which the oldest telemetry is dropped.")
                .sample(usage.maxBytes());
        out.family("espalier_spool_records", "gauge", "Messages on disk that still have to be sent.")
                .sample(usage.records());
        out.family(
                        "espalier_spool_dropped_records_total",
                        "counter",
                        "Messages lost unsent since the spool's epoch began.")
                .sample(usage.dropped());
    }
}
