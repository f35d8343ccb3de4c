package io.espalier.controller.telemetry;

import io.espalier.proto.DeviceId;
import java.time.Instant;
import java.util.Map;

/** Something that happened on a device, as it told. */
public record DeviceOccurrence(
        DeviceId device,
        long epoch,
        long sequence,
        Instant at,
        String kind,
        String text,
        Map<String, String> attributes) {
    public DeviceOccurrence {
        attributes = Map.copyOf(attributes);
    }
}
