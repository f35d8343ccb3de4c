package io.espalier.controller.planning;

import io.espalier.controller.fleet.DeviceState;
import java.util.List;

/** Where a device stands, in one word and one sentence, and what must be done now. */
public record Decision(DeviceState state, String detail, List<Action> actions) {
    public Decision {
        actions = List.copyOf(actions);
    }

    static Decision of(DeviceState state, String detail, Action... actions) {
        return new Decision(state, detail, List.of(actions));
    }
}
