package io.espalier.controller.planning.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.controller.budget.Budgets;
import io.espalier.controller.budget.EffectiveBudget;
import io.espalier.controller.budget.Floors;
import io.espalier.controller.deployment.Deployment;
import io.espalier.controller.deployment.Deployments;
import io.espalier.controller.deployment.Goal;
import io.espalier.controller.deployment.Trial;
import io.espalier.controller.device.Device;
import io.espalier.controller.fleet.Facts;
import io.espalier.controller.model.BaseModel;
import io.espalier.controller.model.ModelAssignments;
import io.espalier.controller.model.ModelCatalog;
import io.espalier.controller.planning.PlanRecord;
import io.espalier.controller.planning.WhyText;
import io.espalier.controller.pruning.Job;
import io.espalier.controller.pruning.Jobs;
import io.espalier.controller.pruning.Variant;
import io.espalier.controller.pruning.Variants;
import io.espalier.proto.DeviceId;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Puts together why a device runs what it runs. */
@Singleton
final class Explanations {
    private final ModelAssignments assignments;
    private final ModelCatalog catalog;
    private final Budgets budgets;
    private final Floors floors;
    private final Deployments deployments;
    private final Variants variants;
    private final Jobs jobs;
    private final JdbcFlow flow;
    private final FleetFacts facts;
    private final ObjectMapper json;

    Explanations(
            ModelAssignments assignments,
            ModelCatalog catalog,
            Budgets budgets,
            Floors floors,
            Deployments deployments,
            Variants variants,
            Jobs jobs,
            JdbcFlow flow,
            FleetFacts facts,
            ObjectMapper json) {
        this.assignments = assignments;
        this.catalog = catalog;
        this.budgets = budgets;
        this.floors = floors;
        this.deployments = deployments;
        this.variants = variants;
        this.jobs = jobs;
        this.flow = flow;
        this.facts = facts;
        this.json = json;
    }

    /** What the API answers. */
    public record Explanation(
            @Nullable Goal budget,
            Facts.@Nullable Dense dense,
            @Nullable Double baselineAccuracy,
            @Nullable Double floorP95Micros,
            Object candidates,
            @Nullable Object chosen,
            Object keptChannels,
            @Nullable Double predictedP95Micros,
            @Nullable Double measuredP95Micros,
            double correction,
            List<DeploymentView> history,
            @Nullable JsonNode provenance,
            String text) {}

    Explanation of(Device device) {
        DeviceId id = device.id();
        BaseModel model = assignments.effective(device).flatMap(catalog::find).orElse(null);
        Goal goal = budgets.effective(id)
                .map(EffectiveBudget::budget)
                .map(FactsReader::goal)
                .orElse(null);
        Facts known = facts.of(List.of(id)).getOrDefault(id, Facts.NONE);
        Deployment serving = deployments.servingOn(List.of(id)).get(id);
        Trial trial = serving == null ? null : serving.trial();
        PlanRecord plan = plan(id, model, serving);
        Map<String, Object> result = result(plan, serving);
        List<?> candidates = list(result.get("candidates"));
        Map<?, ?> made = result.get("variant") instanceof Map<?, ?> variant ? variant : Map.of();
        OptionalDouble floor = floors.p95Micros(id);
        Facts.Active active = known.active();
        List<DeploymentView> history = new ArrayList<>(
                deployments.of(id, null).stream().map(DeploymentView::of).toList());
        Collections.reverse(history);
        Double predicted = serving == null
                ? ModelArtifacts.number(made.get("predictedP95Micros"))
                : serving.request().predictedP95Micros();
        return new Explanation(
                goal,
                known.dense(),
                model == null ? null : model.baselineAccuracy(),
                floor.isPresent() ? floor.getAsDouble() : null,
                candidates,
                made.isEmpty() ? null : made,
                list(made.get("keptChannels")),
                predicted,
                trial == null ? null : trial.p95Micros(),
                plan == null ? 1 : plan.correction().factor(),
                history,
                provenance(serving),
                WhyText.of(new WhyText.Numbers(
                        model == null ? "model" : model.name(),
                        goal,
                        known.dense() == null ? null : known.dense().p95Micros(),
                        floor.isPresent() ? floor.getAsDouble() : null,
                        active != null && active.kind().equals("pruned"),
                        takenBecause(plan, serving),
                        candidates.size(),
                        predicted,
                        trial == null ? null : trial.p95Micros(),
                        plan == null ? 1 : plan.correction().factor(),
                        known.dense() == null ? null : known.dense().accuracy(),
                        active == null ? null : active.accuracy(),
                        known.stateDetail())));
    }

    private @Nullable PlanRecord plan(DeviceId device, @Nullable BaseModel model, @Nullable Deployment serving) {
        String planId = serving == null ? null : serving.request().planId();
        if (planId != null) {
            return flow.find(planId).orElse(null);
        }
        return model == null
                ? null
                : flow.latest(device, model.id().value(), null).orElse(null);
    }

    /** Why a variant serves that was not pruned for this very plan; null where it was. */
    private @Nullable String takenBecause(@Nullable PlanRecord plan, @Nullable Deployment serving) {
        if (plan == null || serving == null || serving.request().dense()) {
            return null;
        }
        Map<String, Object> answer = jobs.find(plan.job()).map(Job::result).orElse(null);
        boolean own = plan.attempt() > 0
                && answer != null
                && answer.get("variant") instanceof Map<?, ?> made
                && serving.variant().hex().equals(made.get("digest"));
        return own ? null : serving.request().reason();
    }

    private Map<String, Object> result(@Nullable PlanRecord plan, @Nullable Deployment serving) {
        if (serving != null && !serving.request().dense()) {
            // A plan may have been answered by another variant than the one that its job made for its own goal.
            return variants.find(serving.request().modelId(), serving.variant())
                    .map(Variant::content)
                    .orElse(Map.of());
        }
        Map<String, Object> ofPlan =
                plan == null ? null : jobs.find(plan.job()).map(Job::result).orElse(null);
        return ofPlan == null ? Map.of() : ofPlan;
    }

    private @Nullable JsonNode provenance(@Nullable Deployment serving) {
        return serving == null
                ? null
                : variants.find(serving.request().modelId(), serving.variant())
                        .map(Variant::content)
                        .map(content -> content.get("provenance"))
                        .<JsonNode>map(json::valueToTree)
                        .orElse(null);
    }

    private static List<?> list(@Nullable Object value) {
        return value instanceof List<?> list ? list : List.of();
    }
}
