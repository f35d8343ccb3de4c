package io.espalier.controller.deployment;

import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One assignment of a model to a device, and what became of it.
 *
 * @param trial what the device measured, kept when a later deployment took its place or the device gave it up
 */
public record Deployment(
        String id,
        DeploymentRequest request,
        DeploymentState state,
        @Nullable Trial trial,
        Instant createdAt,
        Instant changedAt) {

    public DeviceId device() {
        return request.device();
    }

    public Sha256 variant() {
        return request.variant();
    }

    /**
     * Whether a reported trial is news: the first one, another end after one that may well be repeated, or that what
     * served does so no more.
     */
    public boolean takes(Trial reported) {
        return trial == null
                || trial.outcome() != reported.outcome()
                        && (trial.outcome().worthRepeating() || state instanceof DeploymentState.Serving);
    }
}
