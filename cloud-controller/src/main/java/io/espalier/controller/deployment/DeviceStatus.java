package io.espalier.controller.deployment;

import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether a device is there and what runs on it, as last heard.
 *
 * @param program null where the agent is not upgraded by itself, or was not heard yet
 */
public record DeviceStatus(
        DeviceId device,
        boolean online,
        @Nullable Instant lastSeenAt,
        Report.@Nullable Phase phase,
        @Nullable Sha256 activeVariant,
        @Nullable Sha256 activeArtifact,
        @Nullable String agentVersion,
        @Nullable AgentProgram program) {}
