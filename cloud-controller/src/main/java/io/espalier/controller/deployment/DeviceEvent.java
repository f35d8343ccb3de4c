package io.espalier.controller.deployment;

import java.time.Instant;
import java.util.Map;

/** A line of a device's history. */
public record DeviceEvent(Instant at, String kind, String text, Map<String, String> attributes) {
    public DeviceEvent {
        attributes = Map.copyOf(attributes);
    }
}
