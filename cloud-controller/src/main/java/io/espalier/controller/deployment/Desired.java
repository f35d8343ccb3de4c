package io.espalier.controller.deployment;

import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a device should do. Versions only grow; a device that was told nothing has version 0.
 *
 * @param program of the agent to become; null to stay with the one it has
 */
public record Desired(
        DeviceId device,
        long version,
        List<Sha256> measure,
        @Nullable Deployment deployment,
        @Nullable Sha256 program) {
    public Desired {
        measure = List.copyOf(measure);
    }
}
