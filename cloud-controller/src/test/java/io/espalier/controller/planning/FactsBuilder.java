package io.espalier.controller.planning;

import io.espalier.controller.deployment.DeploymentState;
import io.espalier.controller.deployment.Goal;
import io.espalier.controller.deployment.Trial;
import io.espalier.controller.deployment.TrialOutcome;
import io.espalier.controller.planning.Facts.Deployed;
import io.espalier.controller.planning.Facts.Plan;
import io.espalier.controller.planning.Facts.Planned;
import io.espalier.proto.Sha256;
import io.espalier.pruning.allocation.Cost;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells only what matters to a test; the rest is an online device with a ready model. */
final class FactsBuilder {
    static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
    static final Sha256 DENSE = digest("dense");
    static final Sha256 BASE_SUITE = digest("base");
    static final Sha256 MODEL_SUITE = digest("model");
    static final Sha256 PRUNED = digest("pruned");
    static final String RUNTIME = "onnxruntime/1/1/all";

    private Facts.@Nullable Model model =
            new Facts.Model("digits", Facts.Model.State.READY, "", 400_000, 0.97, BASE_SUITE, MODEL_SUITE);
    private @Nullable Goal goal;
    private Facts.@Nullable Pin pinned;
    private @Nullable String refusedGoal;
    private @Nullable String unreachable;
    private Facts.Profile profile = Facts.Profile.NOTHING;
    private final List<Deployed> deployments = new ArrayList<>();
    private @Nullable Plan plan;
    private Stock stock = Stock.EMPTY;
    private @Nullable Observed observed;
    private Instant now = NOW;

    FactsBuilder stock(Stock value) {
        stock = value;
        return this;
    }

    FactsBuilder observed(Observed value) {
        observed = value;
        return this;
    }

    FactsBuilder model(Facts.@Nullable Model value) {
        model = value;
        return this;
    }

    FactsBuilder goal(Goal value) {
        goal = value;
        return this;
    }

    FactsBuilder pin(Sha256 value) {
        pinned = new Facts.Pin(value, true);
        return this;
    }

    FactsBuilder pinOfAnotherModel(Sha256 value) {
        pinned = new Facts.Pin(value, false);
        return this;
    }

    FactsBuilder accuracy(@Nullable Double value) {
        model = new Facts.Model("digits", Facts.Model.State.READY, "", 400_000, value, BASE_SUITE, MODEL_SUITE);
        return this;
    }

    FactsBuilder refused(String goalKey) {
        refusedGoal = goalKey;
        return this;
    }

    FactsBuilder unreachable(String why) {
        unreachable = why;
        return this;
    }

    FactsBuilder later(int seconds) {
        now = NOW.plusSeconds(seconds);
        return this;
    }

    FactsBuilder measured(double floorP95Micros) {
        profile = new Facts.Profile(true, true, floorP95Micros, NOW.minusSeconds(60), RUNTIME, true);
        return this;
    }

    FactsBuilder measuredAgain(double floorP95Micros) {
        profile = new Facts.Profile(true, true, floorP95Micros, NOW.plusSeconds(60), RUNTIME, true);
        return this;
    }

    FactsBuilder dense(Trial trial) {
        return deployed(DENSE, true, null, trial);
    }

    FactsBuilder denseIn(DeploymentState.Open state) {
        deployments.add(new Deployed(
                "d" + deployments.size(), DENSE, true, true, null, null, null, "To measure it.", state, null, NOW));
        return this;
    }

    FactsBuilder pruned(String planId, Trial trial) {
        return given(planId, PRUNED, trial);
    }

    /** A pruned variant that was deployed for the goal. */
    FactsBuilder given(String planId, Sha256 variant, Trial trial) {
        return deployed(variant, false, planId, trial);
    }

    FactsBuilder plan(int attempt, double correction, Plan.JobState state) {
        return plan(attempt, correction, state, 0.96);
    }

    FactsBuilder plan(int attempt, double correction, Plan.JobState state, @Nullable Double accuracy) {
        return plan(attempt, correction, state, new Planned(PRUNED, cost(650), accuracy, null));
    }

    /** A campaign that ended by its recipe's limit on losses, with a variant that is expected to take so long. */
    FactsBuilder stopped(double p95Micros) {
        return stopped(1, 1, p95Micros);
    }

    FactsBuilder stopped(int attempt, double correction, double p95Micros) {
        Facts.Stop stop = new Facts.Stop(3, 5, 0.041, 0.02, 0.013);
        return plan(attempt, correction, Plan.JobState.DONE, new Planned(PRUNED, cost(p95Micros), 0.96, stop));
    }

    private FactsBuilder plan(int attempt, double correction, Plan.JobState state, Planned planned) {
        plan = new Plan("plan-" + attempt, attempt, new Correction(correction), NOW, state, "", null, planned);
        return this;
    }

    static Cost cost(double p95Micros) {
        return new Cost(p95Micros * 0.9, p95Micros, 60_000, 500_000, 100, 10);
    }

    private FactsBuilder deployed(Sha256 variant, boolean dense, @Nullable String planId, Trial trial) {
        DeploymentState state = trial.outcome() == TrialOutcome.ACCEPTED
                ? new DeploymentState.Serving(trial)
                : new DeploymentState.Refused(trial);
        deployments.add(new Deployed(
                "d" + deployments.size(),
                variant,
                dense,
                dense,
                planId,
                dense || goal == null ? null : goal.key(),
                dense ? null : 650.0,
                "Pruned for it.",
                state,
                trial,
                NOW));
        return this;
    }

    Facts build() {
        return new Facts(
                now,
                false,
                model,
                goal,
                pinned,
                profile,
                deployments,
                plan,
                refusedGoal,
                unreachable,
                Correction.NONE,
                () -> stock,
                observed);
    }

    /** In this builder's runtime; without samples where it has no latency. */
    static Trial trial(TrialOutcome outcome, double p95Micros) {
        return trial(outcome, p95Micros, RUNTIME);
    }

    static Trial trial(TrialOutcome outcome, double p95Micros, String runtime) {
        return new Trial(
                outcome,
                p95Micros > 0 ? 500 : 0,
                p95Micros * 0.9,
                p95Micros,
                p95Micros * 0.97,
                p95Micros * 1.05,
                "",
                runtime);
    }

    static Sha256 digest(String text) {
        return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
