package io.espalier.controller.deployment;

import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import org.jspecify.annotations.Nullable;

/**
 * A model that a device shall run.
 *
 * @param unconditional timed, but not refused for its latency
 * @param planId of the plan that made the variant
 * @param reason for people
 */
public record DeploymentRequest(
        DeviceId device,
        String modelId,
        Sha256 variant,
        Sha256 artifact,
        boolean dense,
        boolean unconditional,
        @Nullable Goal goal,
        @Nullable String planId,
        String reason,
        @Nullable Double predictedP95Micros) {}
