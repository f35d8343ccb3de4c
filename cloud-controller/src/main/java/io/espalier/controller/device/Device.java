package io.espalier.controller.device;

import io.espalier.proto.DeviceId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** An enrolled device. */
public record Device(
        DeviceId id,
        GroupName group,
        Labels labels,
        @Nullable String agentVersion,
        Instant enrolledAt,
        @Nullable Instant retiredAt) {
    public boolean isRetired() {
        return retiredAt != null;
    }
}
