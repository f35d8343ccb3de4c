package io.espalier.controller.planning;

import io.espalier.controller.fleet.DeviceState;
import io.espalier.proto.Sha256;
import org.jspecify.annotations.Nullable;

/** What the loop remembers of a device between two decisions. */
public record FlowState(
        @Nullable DeviceState state,
        @Nullable String detail,
        @Nullable Sha256 pinned,
        @Nullable String refusedGoal) {
    public static final FlowState NEW = new FlowState(null, null, null, null);
}
