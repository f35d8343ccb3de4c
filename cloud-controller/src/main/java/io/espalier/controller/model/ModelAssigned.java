package io.espalier.controller.model;

import io.espalier.controller.live.Change;
import io.espalier.proto.DeviceId;

/** A device is to run another model. */
public record ModelAssigned(DeviceId device, ModelId model) implements Change {
    @Override
    public Stream stream() {
        return Stream.DEVICE;
    }

    @Override
    public String id() {
        return device.value();
    }
}
