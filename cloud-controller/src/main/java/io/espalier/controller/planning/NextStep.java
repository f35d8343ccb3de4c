package io.espalier.controller.planning;

import static io.espalier.controller.planning.Decision.of;
import static io.espalier.controller.planning.Decision.refused;
import static io.espalier.controller.planning.Standing.shortly;

import io.espalier.controller.deployment.DeploymentState;
import io.espalier.controller.deployment.Goal;
import io.espalier.controller.fleet.DeviceState;
import io.espalier.controller.planning.Facts.Deployed;
import io.espalier.proto.Sha256;
import io.espalier.terminal.Units;
import java.util.ArrayList;
import java.util.List;

/**
 * The loop as a pure function: from what is known of a device to what it needs next.
 *
 * <p>Its answer depends on nothing but the facts, so it may be asked at any time, after a restart too: the same facts
 * lead to the same actions until they have been done.
 */
public final class NextStep {
    private final Facts facts;
    private final History history;
    private final Standing standing;

    private NextStep(Facts facts) {
        this.facts = facts;
        this.history = new History(facts.deployments());
        this.standing = new Standing(facts.now(), history);
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
        return standing.follow(latest, new Action.DeployPinned(variant), "Pinned by an operator.");
    }

    private Decision planned(Facts.Model model) {
        Goal goal = facts.goal();
        if (goal == null || goal.asksNothing()) {
            return dense("No budget is set, so it runs the unpruned model.");
        }
        Deployed measuredDense = history.measuredDense(facts.profile().runtime());
        // Another device's campaign may yet make what this one's was stopped short of. No serving model goes for that.
        boolean mayFind =
                measuredDense != null && facts.plan() != null && facts.plan().wasStopped();
        if (facts.unreachable() != null && history.latest() != null && !mayFind) {
            return of(DeviceState.REFUSED, facts.unreachable() + " The device keeps its model.");
        }
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
            return refused(
                    facts,
                    goal,
                    floor,
                    "Needs at least " + Units.micros(floor) + ": model " + model.name()
                            + " already takes that with every prunable layer at its least width; asked for "
                            + Units.micros(asked) + ".");
        }
        String unproven = GoalCheck.accuracyOutOfReach(goal, model);
        if (unproven != null) {
            return refused(facts, goal, null, unproven);
        }
        if (GoalCheck.metBy(goal, model, measuredDense.trial())) {
            return dense("The unpruned model meets the budget (" + goal.inWords() + ").");
        }
        return new Campaigns(facts, history, standing).toward(goal);
    }

    private Decision dense(String reason) {
        Deployed latest = history.latest();
        Action deploy = new Action.DeployDense(reason);
        if (latest == null || !latest.dense()) {
            return of(DeviceState.DELIVERING, reason, deploy);
        }
        return standing.follow(latest, deploy, reason);
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
        return facts.now().isBefore(deployed.changedAt().plus(Standing.PAUSE_BEFORE_REPETITION))
                ? of(DeviceState.MEASURING, reason)
                : of(DeviceState.DELIVERING, reason, new Action.DeployDense(reason));
    }
}
