package io.espalier.controller.deployment;

import io.espalier.controller.live.Change;

/** A device came, went, reported or sent a profile: what it needs next may have changed. */
public record DeviceHeard(String id) implements Change {
    @Override
    public Stream stream() {
        return Stream.DEVICE;
    }
}
