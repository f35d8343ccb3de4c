package io.espalier.controller.planning.adapter;

import io.espalier.controller.budget.Budget;
import io.espalier.controller.budget.BudgetBook;
import io.espalier.controller.budget.Budgets;
import io.espalier.controller.budget.EffectiveBudget;
import io.espalier.controller.budget.Refusal;
import io.espalier.controller.deployment.Deployment;
import io.espalier.controller.deployment.DeploymentState;
import io.espalier.controller.deployment.Deployments;
import io.espalier.controller.deployment.DesiredState;
import io.espalier.controller.deployment.Goal;
import io.espalier.controller.device.Device;
import io.espalier.controller.model.BaseModel;
import io.espalier.controller.model.Inspection;
import io.espalier.controller.model.ModelAssignments;
import io.espalier.controller.model.ModelCatalog;
import io.espalier.controller.model.ModelState;
import io.espalier.controller.planning.Correction;
import io.espalier.controller.planning.Facts;
import io.espalier.controller.planning.FlowState;
import io.espalier.controller.planning.History;
import io.espalier.controller.planning.Observed;
import io.espalier.controller.planning.Stock;
import io.espalier.controller.profile.DeviceProfile;
import io.espalier.controller.profile.ProfileStore;
import io.espalier.controller.pruning.Variants;
import io.espalier.controller.telemetry.Tally;
import io.espalier.controller.telemetry.Telemetry;
import io.espalier.proto.Sha256;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** Gathers all that decides what a device needs next. */
@Singleton
final class FactsReader {
    private static final String FLOOR_PROBE = "floor";

    private final ModelAssignments assignments;
    private final ModelCatalog catalog;
    private final ModelArtifacts artifacts;
    private final Budgets budgets;
    private final BudgetBook book;
    private final ProfileStore profiles;
    private final Deployments deployments;
    private final DesiredState desired;
    private final JdbcFlow flow;
    private final PlanFacts plans;
    private final Variants variants;
    private final VariantStock stock;
    private final Telemetry telemetry;
    private final Clock clock;
    private final Duration observation;

    FactsReader(
            ModelAssignments assignments,
            ModelCatalog catalog,
            ModelArtifacts artifacts,
            Budgets budgets,
            BudgetBook book,
            ProfileStore profiles,
            Deployments deployments,
            DesiredState desired,
            JdbcFlow flow,
            PlanFacts plans,
            Variants variants,
            VariantStock stock,
            Telemetry telemetry,
            Clock clock,
            @ConfigProperty(name = "espalier.adaptation.observation") Duration observation) {
        this.assignments = assignments;
        this.catalog = catalog;
        this.artifacts = artifacts;
        this.budgets = budgets;
        this.book = book;
        this.profiles = profiles;
        this.deployments = deployments;
        this.desired = desired;
        this.flow = flow;
        this.plans = plans;
        this.variants = variants;
        this.stock = stock;
        this.telemetry = telemetry;
        this.clock = clock;
        this.observation = observation;
    }

    /** A device's facts and the model they speak of. */
    record Gathered(Facts facts, @Nullable BaseModel model) {}

    Gathered gather(Device device) {
        BaseModel model = assignments
                .effective(device)
                .flatMap(catalog::find)
                .map(artifacts::prepared)
                .orElse(null);
        FlowState state = flow.of(device.id());
        Optional<Budget> budget = budgets.effective(device.id()).map(EffectiveBudget::budget);
        Goal goal = budget.map(FactsReader::goal).orElse(null);
        boolean outOfReach = budget.isPresent() && budgets.toPlan(device.id()).isEmpty();
        List<Deployment> deployed = model == null
                ? List.of()
                : deployments.of(device.id(), model.id().value());
        Facts.Profile profile = model == null ? Facts.Profile.NOTHING : profile(device, model);
        History history =
                new History(deployed.stream().map(FactsReader::deployed).toList());
        Facts facts = new Facts(
                clock.instant(),
                device.isRetired(),
                model == null ? null : modelFacts(model),
                goal,
                model == null ? null : pin(state.pinned(), model),
                profile,
                history.deployments(),
                model == null || goal == null
                        ? null
                        : plans.latest(device.id(), model.id().value(), goal),
                state.refusedGoal(),
                outOfReach
                        ? book.refusal(device.id()).map(Refusal::detail).orElse("Its budget is out of reach.")
                        : null,
                known(history, profile.runtime()),
                model == null ? () -> Stock.EMPTY : () -> stock.of(device.id(), model),
                observed(deployed));
        return new Gathered(facts, model);
    }

    static Goal goal(Budget budget) {
        return new Goal(
                budget.latencyP95Micros(),
                budget.memoryBytes(),
                budget.sizeBytes(),
                // Neither planned nor measured yet; budgets of earlier releases may still hold one.
                null,
                budget.minAccuracy());
    }

    private Facts.@Nullable Pin pin(@Nullable Sha256 pinned, BaseModel model) {
        return pinned == null
                ? null
                : new Facts.Pin(
                        pinned, variants.find(model.id().value(), pinned).isPresent());
    }

    private Facts.Model modelFacts(BaseModel model) {
        Facts.Model.State state = model.state() == ModelState.READY
                ? Facts.Model.State.READY
                : model.state() == ModelState.INVALID ? Facts.Model.State.INVALID : Facts.Model.State.INSPECTING;
        Map<String, Object> problem = model.problem();
        Inspection inspection = model.inspection();
        return new Facts.Model(
                model.name(),
                state,
                problem == null ? "" : String.valueOf(problem.getOrDefault("detail", "no reason is known")),
                inspection == null ? 0 : inspection.sizeBytes().orElse(0L),
                inspection == null ? null : inspection.accuracy().orElse(null),
                suite(model.baseSuite()),
                suite(model.modelSuite()));
    }

    private static @Nullable Sha256 suite(@Nullable String digest) {
        return digest == null ? null : new Sha256(digest);
    }

    private Facts.Profile profile(Device device, BaseModel model) {
        String base = model.baseSuite();
        String own = model.modelSuite();
        if (base == null || own == null) {
            return Facts.Profile.NOTHING;
        }
        Optional<DeviceProfile> ofModel = profiles.find(device.id(), own);
        DeviceProfile.RuntimeKey runtime = ofModel.map(DeviceProfile::runtime).orElse(null);
        return new Facts.Profile(
                runtime == null
                        ? profiles.find(device.id(), base).isPresent()
                        : profiles.find(device.id(), base, runtime).isPresent(),
                ofModel.isPresent(),
                ofModel.flatMap(profile -> profile.timing(FLOOR_PROBE))
                        .map(DeviceProfile.ProbeTiming::undisturbedP95Micros)
                        .orElse(null),
                ofModel.map(DeviceProfile::measuredAt).orElse(null),
                runtime == null ? null : runtime.word(),
                desired.of(device.id()).measure().equals(List.of(new Sha256(base), new Sha256(own))));
    }

    private static Facts.Deployed deployed(Deployment deployment) {
        Goal goal = deployment.request().goal();
        return new Facts.Deployed(
                deployment.id(),
                deployment.variant(),
                deployment.request().dense(),
                deployment.request().unconditional(),
                deployment.request().planId(),
                goal == null ? null : goal.key(),
                deployment.request().predictedP95Micros(),
                deployment.request().reason(),
                deployment.state(),
                deployment.trial(),
                deployment.changedAt());
    }

    /** What trials of the latest pruned variant say of predictions on this device. */
    private Correction known(History history, @Nullable String runtime) {
        History.Measured measured = history.latestMeasured(runtime);
        return measured == null
                ? Correction.NONE
                : flow.find(measured.planId())
                        .map(plan -> plan.correction().suggestedBy(measured.predictedP95Micros(), measured.p95Micros()))
                        .orElse(Correction.NONE);
    }

    /** A stretch of telemetry as long as the setting says, ending now and wholly within the latest deployment. */
    private @Nullable Observed observed(List<Deployment> deployed) {
        if (deployed.isEmpty()) {
            return null;
        }
        Deployment latest = deployed.get(deployed.size() - 1);
        Instant from = clock.instant().minus(observation);
        if (!(latest.state() instanceof DeploymentState.Serving)
                || latest.request().dense()
                || latest.changedAt().isAfter(from)) {
            return null;
        }
        Tally.Summary sums = telemetry.since(latest.request().device(), latest.variant(), from);
        return new Observed(
                sums.inferences(), sums.latency().p95Micros(), sums.latency().p95LowerMicros());
    }
}
