package io.espalier.controller.device;

import io.espalier.controller.live.Change;
import io.espalier.proto.DeviceId;

/** A device is in another group now: other budget, other model. */
public record DeviceMoved(DeviceId device, GroupName from, GroupName to) implements Change {
    @Override
    public Stream stream() {
        return Stream.DEVICE;
    }

    @Override
    public String id() {
        return device.value();
    }
}
