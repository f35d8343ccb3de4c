package io.espalier.controller.device;

import io.espalier.controller.live.Change;
import io.espalier.proto.DeviceId;

/** A device joined the fleet, or a new one took the name of an old one. */
public record DeviceEnrolled(DeviceId device) implements Change {
    @Override
    public Stream stream() {
        return Stream.DEVICE;
    }

    @Override
    public String id() {
        return device.value();
    }
}
