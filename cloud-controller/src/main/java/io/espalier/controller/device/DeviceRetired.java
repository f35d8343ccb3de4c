package io.espalier.controller.device;

import io.espalier.controller.live.Change;
import io.espalier.proto.DeviceId;

/** A device is to get nothing any more. */
public record DeviceRetired(DeviceId device) implements Change {
    @Override
    public Stream stream() {
        return Stream.DEVICE;
    }

    @Override
    public String id() {
        return device.value();
    }
}
