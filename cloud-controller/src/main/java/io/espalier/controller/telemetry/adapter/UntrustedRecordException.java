package io.espalier.controller.telemetry.adapter;

import io.espalier.controller.telemetry.Authorship;
import io.espalier.proto.DeviceId;

/** A record that is not by the device it speaks of, as far as anybody can tell. */
final class UntrustedRecordException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final DeviceId device;
    private final Authorship authorship;

    UntrustedRecordException(DeviceId device, Authorship authorship) {
        super(authorship.content());
        this.device = device;
        this.authorship = authorship;
    }

    DeviceId device() {
        return device;
    }

    Authorship authorship() {
        return authorship;
    }
}
