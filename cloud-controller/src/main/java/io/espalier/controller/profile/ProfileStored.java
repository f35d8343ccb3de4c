package io.espalier.controller.profile;

import io.espalier.controller.live.Change;
import io.espalier.proto.DeviceId;

/** A device measured something new. */
public record ProfileStored(DeviceId device, String suiteDigest) implements Change {
    @Override
    public Stream stream() {
        return Stream.DEVICE;
    }

    @Override
    public String id() {
        return device.value();
    }
}
