package io.espalier.controller.planning.adapter;

import static io.espalier.controller.planning.adapter.ModelArtifacts.number;

import io.espalier.controller.deployment.Goal;
import io.espalier.controller.planning.Facts;
import io.espalier.controller.planning.PlanRecord;
import io.espalier.controller.pruning.Job;
import io.espalier.controller.pruning.JobState;
import io.espalier.controller.pruning.Jobs;
import io.espalier.controller.pruning.Variants;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import io.espalier.pruning.allocation.Cost;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Reads what the job of a device's latest plan has come to. */
@Singleton
final class PlanFacts {
    private final JdbcFlow flow;
    private final Jobs jobs;
    private final Variants variants;

    PlanFacts(JdbcFlow flow, Jobs jobs, Variants variants) {
        this.flow = flow;
        this.jobs = jobs;
        this.variants = variants;
    }

    /** The latest plan for a goal; null where none counts. */
    Facts.@Nullable Plan latest(DeviceId device, String modelId, Goal goal) {
        PlanRecord plan = flow.latest(device, modelId, goal.key()).orElse(null);
        Job job = plan == null ? null : jobs.find(plan.job()).orElse(null);
        return plan == null || job == null ? null : of(plan, job);
    }

    private Facts.Plan of(PlanRecord plan, Job job) {
        Map<String, Object> result = job.result() == null ? Map.of() : job.result();
        Double floor = number(result.get("floorP95Micros"));
        return new Facts.Plan(
                plan.id(),
                plan.attempt(),
                plan.correction(),
                plan.at(),
                state(job.state()),
                job.message() == null ? "" : job.message(),
                // A worker writes 0 where no floor of latency is why.
                floor == null || floor == 0 ? null : floor,
                stored(plan.modelId(), planned(result)));
    }

    /** Null until the variant of a finished job has been taken in. */
    private Facts.@Nullable Planned stored(String modelId, Facts.@Nullable Planned planned) {
        return planned == null || variants.find(modelId, planned.variant()).isEmpty() ? null : planned;
    }

    static Facts.@Nullable Planned planned(Map<String, Object> result) {
        if (!(result.get("variant") instanceof Map<?, ?> made) || !(made.get("digest") instanceof String digest)) {
            return null;
        }
        return new Facts.Planned(
                new Sha256(digest), cost(made), number(made.get("accuracyAfter")), stop(result.get("stopped"), made));
    }

    private static Facts.@Nullable Stop stop(@Nullable Object told, Map<?, ?> made) {
        if (!(told instanceof Map<?, ?> stopped)) {
            return null;
        }
        return new Facts.Stop(
                (int) amount(stopped, "round"),
                (int) amount(stopped, "of"),
                amount(stopped, "unprunedScore") - amount(stopped, "score"),
                amount(stopped, "mostLost"),
                amount(made, "selectionScoreBefore") - amount(made, "selectionScore"));
    }

    private static Cost cost(Map<?, ?> made) {
        Double energy = number(made.get("predictedEnergyMillijoules"));
        return new Cost(
                amount(made, "predictedP50Micros"),
                amount(made, "predictedP95Micros"),
                energy == null ? OptionalDouble.empty() : OptionalDouble.of(energy),
                (long) amount(made, "sizeBytes"),
                (long) amount(made, "peakMemoryBytes"),
                (long) amount(made, "macs"),
                (long) amount(made, "parameters"));
    }

    private static double amount(Map<?, ?> told, String key) {
        Double value = number(told.get(key));
        return value == null ? 0 : value;
    }

    private static Facts.Plan.JobState state(JobState state) {
        return switch (state) {
            case QUEUED -> Facts.Plan.JobState.QUEUED;
            case RUNNING -> Facts.Plan.JobState.RUNNING;
            case DONE -> Facts.Plan.JobState.DONE;
            case REFUSED -> Facts.Plan.JobState.REFUSED;
            case FAILED -> Facts.Plan.JobState.FAILED;
            case CANCELLED -> Facts.Plan.JobState.CANCELLED;
        };
    }
}
