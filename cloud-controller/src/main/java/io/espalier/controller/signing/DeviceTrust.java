package io.espalier.controller.signing;

import io.espalier.proto.DeviceId;

/** What a device is given to believe in when it enrols. */
public interface DeviceTrust {
    /**
     * The newest root, and counters below which nothing was meant for the device of that name: a device that was set up
     * again does not fall for what was replaced before.
     */
    byte[] of(DeviceId device);
}
