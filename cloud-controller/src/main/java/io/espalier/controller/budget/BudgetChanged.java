package io.espalier.controller.budget;

import io.espalier.controller.live.Change;
import io.espalier.proto.DeviceId;

/** What counts for a device changed: its budget, its group's, or whether it can be met. */
public record BudgetChanged(DeviceId device) implements Change {
    @Override
    public Stream stream() {
        return Stream.DEVICE;
    }

    @Override
    public String id() {
        return device.value();
    }
}
