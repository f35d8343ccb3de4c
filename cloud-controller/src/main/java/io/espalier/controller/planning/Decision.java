package io.espalier.controller.planning;

import io.espalier.controller.deployment.Goal;
import io.espalier.controller.fleet.DeviceState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a device stands, in one word and one sentence, and what must be done now. */
public record Decision(DeviceState state, String detail, List<Action> actions) {
    public Decision {
        actions = List.copyOf(actions);
    }

    static Decision of(DeviceState state, String detail, Action... actions) {
        return new Decision(state, detail, List.of(actions));
    }

    /** The goal is out of reach; that is to be remembered unless it is already. */
    static Decision refused(Facts facts, Goal goal, @Nullable Double floorP95Micros, String detail) {
        String kept = detail + (detail.endsWith(".") ? "" : ".") + " The device keeps its model.";
        // The budget forgets a latency out of reach with each assignment and each move, even where they change nothing.
        boolean forgotten = goal.latencyP95Micros() != null && floorP95Micros != null && facts.unreachable() == null;
        return goal.key().equals(facts.refusedGoal()) && !forgotten
                ? of(DeviceState.REFUSED, kept)
                : of(DeviceState.REFUSED, kept, new Action.Refuse(goal, floorP95Micros, detail));
    }
}
