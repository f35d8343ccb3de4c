package io.espalier.controller.planning;

import static io.espalier.controller.planning.Decision.of;

import io.espalier.controller.deployment.DeploymentState;
import io.espalier.controller.deployment.Goal;
import io.espalier.controller.deployment.Millis;
import io.espalier.controller.deployment.Trial;
import io.espalier.controller.deployment.TrialOutcome;
import io.espalier.controller.fleet.DeviceState;
import io.espalier.controller.planning.Facts.Deployed;
import io.espalier.controller.planning.Facts.Plan;
import io.espalier.controller.planning.Facts.Planned;
import io.espalier.proto.Sha256;
import io.espalier.pruning.choice.Choice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The loop as a pure function: from what is known of a device to what it needs next.
 *
 * <p>Its answer depends on nothing but the facts, so it may be asked at any time, after a restart too: the same facts
 * lead to the same actions until they have been done.
 */
public final class NextStep {
    /** Campaigns for one goal, corrected after each trial that was too slow. */
    static final int MOST_ATTEMPTS = 3;

    /** Deployments of one variant in a row that ended for reasons outside the model. */
    static final int MOST_REPETITIONS = 5;

    static final Duration PAUSE_BEFORE_REPETITION = Duration.ofSeconds(20);

    private final Facts facts;
    private final History history;

    private NextStep(Facts facts) {
        this.facts = facts;
        this.history = new History(facts.deployments());
    }

    public static Decision decide(Facts facts) {
        return new NextStep(facts).inModelOrder();
    }

    private Decision inModelOrder() {
        if (facts.retired()) {
            return of(DeviceState.RETIRED, "Retired: it keeps its model and gets no other.");
        }
        Facts.Model model = facts.model();
        if (model == null) {
            return of(DeviceState.ENROLLED, "No model is assigned to this device or its group.");
        }
        switch (model.state()) {
            case INSPECTING:
                return of(DeviceState.ENROLLED, "Waits until model " + model.name() + " has been inspected.");
            case INVALID:
                return of(DeviceState.FAILED, "Model " + model.name() + " cannot be used: " + model.problem());
            case READY:
                return withModel(model);
        }
        throw new IllegalStateException("Unknown model state " + model.state());
    }

    private Decision withModel(Facts.Model model) {
        List<Action> actions = new ArrayList<>();
        if (model.baseSuite() != null
                && model.modelSuite() != null
                && !facts.profile().wantedAlready()) {
            actions.add(new Action.Measure(List.of(model.baseSuite(), model.modelSuite())));
        }
        Facts.Pin pin = facts.pinned();
        if (pin != null && !pin.ofThisModel()) {
            actions.add(new Action.ClearPin());
        }
        Decision next = pin != null && pin.ofThisModel() ? pinned(pin.variant()) : planned(model);
        if (facts.refusedGoal() != null && next.state() != DeviceState.REFUSED) {
            actions.add(new Action.ClearRefusal());
        }
        actions.addAll(next.actions());
        return new Decision(next.state(), next.detail(), actions);
    }

    private Decision pinned(Sha256 variant) {
        Deployed latest = history.latest();
        if (latest == null || !latest.variant().equals(variant) || !latest.unconditional()) {
            return of(
                    DeviceState.DELIVERING,
                    "Pinned to variant " + shortly(variant) + " by an operator.",
                    new Action.DeployPinned(variant));
        }
        return follow(latest, new Action.DeployPinned(variant), "Pinned by an operator.");
    }

    private Decision planned(Facts.Model model) {
        Goal goal = facts.goal();
        if (goal == null || goal.asksNothing()) {
            return dense("No budget is set, so it runs the unpruned model.");
        }
        if (facts.unreachable() != null && history.latest() != null) {
            return of(DeviceState.REFUSED, facts.unreachable() + " The device keeps its model.");
        }
        Deployed measuredDense = history.measuredDense(facts.profile().runtime());
        Deployed latest = history.latest();
        if (measuredDense == null && latest != null && timedOtherwise(latest)) {
            return renewed(latest);
        }
        if (measuredDense == null) {
            Decision first = dense("Runs the unpruned model first, to measure it.");
            return first.state() == DeviceState.SERVING
                    ? of(DeviceState.DELIVERING, "Waits for the unpruned model's trial.")
                    : first;
        }
        if (!facts.profile().baseMeasured() || !facts.profile().modelMeasured()) {
            return of(DeviceState.MEASURING, "Times the probe suites of model " + model.name() + ".");
        }
        Double floor = facts.profile().floorP95Micros();
        Double asked = goal.latencyP95Micros();
        if (floor != null && asked != null && asked < floor) {
            return refuse(
                    goal,
                    floor,
                    "Needs at least " + Millis.of(floor) + ": model " + model.name()
                            + " already takes that with every prunable layer at its least width; asked for "
                            + Millis.of(asked) + ".");
        }
        String unproven = GoalCheck.accuracyOutOfReach(goal, model);
        if (unproven != null) {
            return refuse(goal, null, unproven);
        }
        if (GoalCheck.metBy(goal, model, measuredDense.trial())) {
            return dense("The unpruned model meets the budget (" + goal.inWords() + ").");
        }
        Plan plan = facts.plan();
        if (plan == null) {
            return fromStock(goal, 0, facts.known(), "")
                    .orElseGet(() -> of(
                            DeviceState.PLANNING,
                            "Plans a variant for " + goal.inWords() + ".",
                            new Action.EnsureBaseline(),
                            new Action.StartPlan(goal, 1, facts.known(), "")));
        }
        return withPlan(goal, plan);
    }

    /**
     * Takes what is there already; empty where a campaign is worth its while. Once no campaign is left to be run, anything
     * that fits is better than nothing.
     */
    private Optional<Decision> fromStock(Goal goal, int attempt, Correction correction, String evidence) {
        Stock stock = facts.stock().get();
        Choice choice = stock.choose(goal, correction, history.tried(goal));
        if (choice.taken().isEmpty() || (attempt < MOST_ATTEMPTS && choice.calls(stock.tolerance()))) {
            return Optional.empty();
        }
        Sha256 variant = choice.taken().get().member().digest();
        String why = (evidence + " " + stock.reason(goal, choice)).strip();
        return Optional.of(
                of(DeviceState.PLANNING, why, new Action.TakeFromStock(goal, attempt, correction, variant, why)));
    }

    private static Decision pruning(Goal goal, Plan plan) {
        return of(
                DeviceState.PRUNING,
                "Prunes a variant for " + goal.inWords() + ", attempt " + plan.attempt() + " of " + MOST_ATTEMPTS
                        + ".");
    }

    private Decision withPlan(Goal goal, Plan plan) {
        switch (plan.jobState()) {
            case QUEUED:
                // The campaign of another device may have made meanwhile what this one waits for.
                return fromStock(goal, plan.attempt() - 1, plan.correction(), "")
                        .orElseGet(() -> pruning(goal, plan));
            case RUNNING:
                return pruning(goal, plan);
            case REFUSED:
                return outOfReach(goal, plan);
            case FAILED:
                return of(DeviceState.FAILED, "The pruning job failed: " + plan.jobDetail());
            case CANCELLED:
                return of(DeviceState.FAILED, "The pruning job was cancelled; re-plan to start it again.");
            case DONE:
                break;
        }
        Action.DeployPlanned deploy = again(plan);
        if (deploy == null) {
            Planned planned = plan.planned();
            if (planned == null) {
                return of(DeviceState.PRUNING, "Stores the pruned variant.");
            }
            deploy = best(goal, plan, planned);
            String inaccurate =
                    deploy.variant().equals(planned.variant()) ? GoalCheck.inaccurate(goal, planned.accuracy()) : null;
            if (inaccurate != null) {
                return refuse(goal, null, inaccurate);
            }
        }
        Deployed deployed = history.latest();
        if (deployed == null || !plan.id().equals(deployed.planId())) {
            return of(DeviceState.DELIVERING, "Delivers variant " + shortly(deploy.variant()) + ".", deploy);
        }
        Trial trial = deployed.trial();
        if (trial != null && trial.outcome() == TrialOutcome.TOO_SLOW) {
            return tooSlow(goal, plan, deploy, trial.p95Micros(), "in its trial", "The former model keeps serving.");
        }
        Observed observed = facts.observed();
        Double latency = goal.latencyP95Micros();
        if (deployed.state() instanceof DeploymentState.Serving
                && observed != null
                && latency != null
                && observed.breaches(latency)) {
            return tooSlow(
                    goal,
                    plan,
                    deploy,
                    observed.p95Micros(),
                    String.format(Locale.ROOT, "while it served (%,d inferences)", observed.samples()),
                    "It keeps serving: raise the budget, or re-plan.");
        }
        return follow(deployed, deploy, "Meets its budget: " + goal.inWords() + ".");
    }

    /** What this plan gave the device; null before it did. The choice is made once, however the stock grows. */
    private Action.@Nullable DeployPlanned again(Plan plan) {
        Deployed given = history.latestOf(plan.id());
        if (given == null) {
            return null;
        }
        Double predicted = given.predictedP95Micros();
        return new Action.DeployPlanned(plan.id(), given.variant(), predicted == null ? 0 : predicted, given.reason());
    }

    /**
     * What a finished plan gives the device: the best of all that is there by its own timings, the campaign's rounds
     * included. What was made for the goal itself may use all of the budget, and is tried even where nothing is predicted to
     * fit: no campaign would make anything else.
     */
    private Action.DeployPlanned best(Goal goal, Plan plan, Planned planned) {
        Stock stock = facts.stock().get();
        Choice choice = stock.choose(goal, plan.correction(), history.tried(goal));
        Choice made = stock.judge(goal, plan.correction(), planned.variant());
        // A plan without a campaign has nothing of its own, and what has no price, such as untimed integers, is no
        // worse for
        // it.
        boolean another = plan.attempt() == 0
                || stock.holds(goal, planned.variant())
                        && (made.taken().isEmpty()
                                || choice.taken().isPresent()
                                        && choice.taken().get().member().score()
                                                >= made.taken().get().member().score());
        if (another && choice.taken().isPresent()) {
            return new Action.DeployPlanned(
                    plan.id(),
                    choice.taken().get().member().digest(),
                    choice.taken().get().cost().p95Micros(),
                    stock.reason(goal, choice));
        }
        return new Action.DeployPlanned(
                plan.id(), planned.variant(), planned.predictedP95Micros(), "Pruned for " + goal.inWords() + ".");
    }

    /** One disturbed measurement must not put a goal out of reach that the device's own floor is below. */
    private Decision outOfReach(Goal goal, Plan plan) {
        if (plan.correction().factor() <= 1 || plan.attempt() >= MOST_ATTEMPTS) {
            return refuse(goal, plan.floorP95Micros(), plan.jobDetail());
        }
        Correction half = plan.correction().halfway();
        String evidence = "Out of reach with correction " + plan.correction().factor() + ": " + plan.jobDetail() + ".";
        return of(
                DeviceState.PLANNING,
                evidence + " Plans again with correction " + half.factor() + ".",
                new Action.StartPlan(goal, plan.attempt() + 1, half, evidence));
    }

    private Decision tooSlow(
            Goal goal, Plan plan, Action.DeployPlanned given, double measuredMicros, String where, String whenGivenUp) {
        String measured = "Variant " + shortly(given.variant()) + " was measured at p95 " + Millis.of(measuredMicros)
                + " " + where + " (predicted " + Millis.of(given.predictedP95Micros()) + "), too slow for "
                + goal.inWords();
        // What a plan from older timings was off by says nothing of one from the present timings.
        Correction next = facts.profile().isNewerThan(plan.at())
                ? Correction.NONE
                : plan.correction().after(given.predictedP95Micros(), measuredMicros);
        Optional<Decision> cheaper = fromStock(goal, plan.attempt(), next, measured + ".");
        if (cheaper.isPresent()) {
            return cheaper.get();
        }
        if (plan.attempt() >= MOST_ATTEMPTS) {
            return of(DeviceState.FAILED, measured + ". " + MOST_ATTEMPTS + " campaigns were run. " + whenGivenUp);
        }
        return of(
                DeviceState.PLANNING,
                measured + ": plans again with correction " + next.factor() + ".",
                new Action.StartPlan(goal, plan.attempt() + 1, next, measured + "."));
    }

    private Decision refuse(Goal goal, @Nullable Double floor, String detail) {
        String kept = detail + " The device keeps its model.";
        return goal.key().equals(facts.refusedGoal())
                ? of(DeviceState.REFUSED, kept)
                : of(DeviceState.REFUSED, kept, new Action.Refuse(goal, floor, detail));
    }

    private Decision dense(String reason) {
        Deployed latest = history.latest();
        Action deploy = new Action.DeployDense(reason);
        if (latest == null || !latest.dense()) {
            return of(DeviceState.DELIVERING, reason, deploy);
        }
        return follow(latest, deploy, reason);
    }

    /** Where a deployment that is the wanted one stands. */
    private Decision follow(Deployed deployed, Action again, String whenServing) {
        DeploymentState state = deployed.state();
        if (state instanceof DeploymentState.Open open) {
            return of(DeviceState.DELIVERING, open.inWords(shortly(deployed.variant())));
        }
        if (state instanceof DeploymentState.Serving) {
            return of(DeviceState.SERVING, whenServing);
        }
        if (state instanceof DeploymentState.Refused refused) {
            return afterRefusal(deployed, refused.trial(), again);
        }
        return of(DeviceState.DELIVERING, "Delivers variant " + shortly(deployed.variant()) + ".", again);
    }

    private Decision afterRefusal(Deployed deployed, Trial trial, Action again) {
        String why = "The device refused variant " + shortly(deployed.variant()) + " ("
                + trial.outcome().name().toLowerCase(Locale.ROOT).replace('_', ' ') + "): " + trial.detail();
        if (!trial.outcome().worthRepeating() || history.refusalsInARow(deployed.variant()) >= MOST_REPETITIONS) {
            return of(DeviceState.FAILED, why);
        }
        if (facts.now().isBefore(deployed.changedAt().plus(PAUSE_BEFORE_REPETITION))) {
            return of(DeviceState.DELIVERING, why + " It will be tried again.");
        }
        return of(DeviceState.DELIVERING, why + " It is tried again.", again);
    }

    /** Whether this is the unpruned model, timed under another runtime key than the probe suites. */
    private boolean timedOtherwise(Deployed deployed) {
        return deployed.dense()
                && deployed.state() instanceof DeploymentState.Serving serving
                && !serving.trial().comparesWith(facts.profile().runtime());
    }

    /** Of two keys the suites' may be the older one: then they are about to be timed again, and that ends it. */
    private Decision renewed(Deployed deployed) {
        String reason = "Times the unpruned model again: the device's runtime is not the one it was timed in.";
        return facts.now().isBefore(deployed.changedAt().plus(PAUSE_BEFORE_REPETITION))
                ? of(DeviceState.MEASURING, reason)
                : of(DeviceState.DELIVERING, reason, new Action.DeployDense(reason));
    }

    private static String shortly(Sha256 digest) {
        return digest.hex().substring(0, 12);
    }
}
