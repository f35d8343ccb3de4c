package io.espalier.controller.planning.adapter;

import io.espalier.controller.artifact.Artifacts;
import io.espalier.controller.budget.Budgets;
import io.espalier.controller.budget.Refusal;
import io.espalier.controller.deployment.DeploymentRequest;
import io.espalier.controller.deployment.DesiredState;
import io.espalier.controller.deployment.Goal;
import io.espalier.controller.deployment.History;
import io.espalier.controller.model.BaseModel;
import io.espalier.controller.model.JobSpecification;
import io.espalier.controller.planning.Action;
import io.espalier.controller.planning.PlanRecord;
import io.espalier.controller.pruning.Job;
import io.espalier.controller.pruning.JobId;
import io.espalier.controller.pruning.JobKind;
import io.espalier.controller.pruning.JobQueue;
import io.espalier.controller.pruning.JobRequest;
import io.espalier.controller.pruning.Jobs;
import io.espalier.controller.pruning.Variant;
import io.espalier.controller.pruning.Variants;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Does what was decided. Each action is safe to do again after a kill in the middle. */
@Singleton
final class ActionPerformer {
    private final DesiredState desired;
    private final Artifacts artifacts;
    private final Variants variants;
    private final Budgets budgets;
    private final JobQueue queue;
    private final Jobs jobs;
    private final JobSpecification specification;
    private final PruneRequests pruneRequests;
    private final JdbcFlow flow;
    private final History history;
    private final Clock clock;

    ActionPerformer(
            DesiredState desired,
            Artifacts artifacts,
            Variants variants,
            Budgets budgets,
            JobQueue queue,
            Jobs jobs,
            JobSpecification specification,
            PruneRequests pruneRequests,
            JdbcFlow flow,
            History history,
            Clock clock) {
        this.desired = desired;
        this.artifacts = artifacts;
        this.variants = variants;
        this.budgets = budgets;
        this.queue = queue;
        this.jobs = jobs;
        this.specification = specification;
        this.pruneRequests = pruneRequests;
        this.flow = flow;
        this.history = history;
        this.clock = clock;
    }

    void perform(DeviceId device, BaseModel model, Action action) {
        if (action instanceof Action.Measure measure) {
            measure.suites().forEach(artifacts::want);
            desired.measure(device, measure.suites());
        } else if (action instanceof Action.DeployDense dense) {
            Variant variant = variants.dense(model.id().value())
                    .orElseThrow(() -> new IllegalStateException("Model " + model.id() + " has no unpruned variant"));
            deploy(device, variant, true, null, null, null, dense.reason());
        } else if (action instanceof Action.DeployPinned pinned) {
            deploy(device, variant(model, pinned.variant()), true, null, null, null, "Pinned by an operator.");
        } else if (action instanceof Action.DeployPlanned planned) {
            PlanRecord plan = flow.find(planned.planId())
                    .orElseThrow(() -> new IllegalStateException("There is no plan " + planned.planId()));
            deploy(
                    device,
                    variant(model, planned.variant()),
                    false,
                    plan.goal(),
                    plan.id(),
                    planned.predictedP95Micros() > 0 ? planned.predictedP95Micros() : null,
                    planned.reason());
        } else if (action instanceof Action.TakeFromStock take) {
            takeFromStock(device, model, take);
        } else if (action instanceof Action.StartPlan start) {
            startPlan(device, model, start);
        } else if (action instanceof Action.EnsureBaseline) {
            ensureBaseline(model);
        } else if (action instanceof Action.Refuse refuse) {
            refuse(device, refuse);
        } else if (action instanceof Action.ClearRefusal) {
            flow.rememberRefusal(device, null);
            budgets.withinReach(device);
        } else if (action instanceof Action.ClearPin) {
            flow.pin(device, null);
            history.tell(device, "unpinned", "The pin was to a variant of another model; the planner chooses again.");
        }
    }

    private Variant variant(BaseModel model, Sha256 digest) {
        return variants.find(model.id().value(), digest)
                .orElseThrow(() -> new IllegalStateException("Model " + model.id() + " has no variant " + digest));
    }

    private void deploy(
            DeviceId device,
            Variant variant,
            boolean unconditional,
            @Nullable Goal goal,
            @Nullable String planId,
            @Nullable Double predicted,
            String reason) {
        artifacts.want(variant.artifact());
        desired.deploy(new DeploymentRequest(
                device,
                variant.modelId(),
                variant.digest(),
                variant.artifact(),
                variant.dense(),
                unconditional,
                goal,
                planId,
                reason,
                predicted));
        history.tell(
                device,
                "assigned",
                (variant.dense() ? "Assigned the unpruned model " : "Assigned variant ")
                        + variant.digest().hex().substring(0, 12) + ". " + reason);
    }

    private void startPlan(DeviceId device, BaseModel model, Action.StartPlan start) {
        JobRequest request = pruneRequests.of(device, model, start.goal(), start.correction());
        String key = request.sharedKey();
        PlanRecord plan = new PlanRecord(
                UUID.randomUUID().toString(),
                device,
                model.id().value(),
                start.goal(),
                start.attempt(),
                start.correction(),
                key == null
                        ? queue.enqueue(request)
                        : jobs.done(key)
                                .map(Job::id)
                                // Who plans anew wants another answer than the one that was put aside.
                                .filter(job -> !flow.putAside(device, job))
                                .orElseGet(() -> queue.enqueue(request)),
                clock.instant());
        flow.add(plan);
        history.tell(
                device,
                "planned",
                (start.evidence() + " Plans for ").stripLeading() + start.goal().inWords() + ", attempt "
                        + start.attempt() + ", correction " + start.correction().factor() + ".");
    }

    /** The plan is answered by the job that made the variant, which is done. */
    private void takeFromStock(DeviceId device, BaseModel model, Action.TakeFromStock take) {
        String job = variant(model, take.variant()).jobId();
        if (job == null) {
            throw new IllegalStateException("Variant " + take.variant() + " was made by no job");
        }
        Optional<JobId> waitedFor =
                flow.latest(device, model.id().value(), take.goal().key()).map(PlanRecord::job);
        flow.add(new PlanRecord(
                UUID.randomUUID().toString(),
                device,
                model.id().value(),
                take.goal(),
                take.attempt(),
                take.correction(),
                new JobId(job),
                clock.instant()));
        waitedFor
                .filter(former -> !flow.isWaitedFor(former))
                .ifPresent(former -> queue.drop(former, "What it was for is there already"));
        history.tell(
                device,
                "planned",
                take.evidence() + " Takes variant " + take.variant().hex().substring(0, 12)
                        + ", which is there already, with correction "
                        + take.correction().factor() + ".");
    }

    private void ensureBaseline(BaseModel model) {
        if (model.baselineAccuracy() == null && model.dataset() != null) {
            Map<String, Object> job = new java.util.LinkedHashMap<>(specification.of(model));
            job.remove("architecture");
            queue.enqueue(new JobRequest(JobKind.BASELINE, job, model.id().value(), null, baselineKey(model)));
        }
    }

    /** What the job that fine-tunes the unpruned model is found by. */
    static String baselineKey(BaseModel model) {
        return "baseline:" + model.id();
    }

    private void refuse(DeviceId device, Action.Refuse refuse) {
        flow.rememberRefusal(device, refuse.goal().key());
        Double requested = refuse.goal().latencyP95Micros();
        Double floor = refuse.floorP95Micros();
        if (requested != null && floor != null) {
            budgets.refuse(device, new Refusal(requested, floor, refuse.detail(), clock.instant()));
        }
        history.tell(device, "refused", refuse.detail());
    }
}
