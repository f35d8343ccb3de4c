package io.espalier.controller.planning.adapter;

import io.espalier.controller.deployment.Deployment;
import io.espalier.controller.deployment.Goal;
import io.espalier.controller.deployment.Trial;
import io.espalier.controller.fleet.Facts;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A deployment on the API. */
public record DeploymentView(
        String id,
        String deviceId,
        String modelId,
        String variantDigest,
        String artifactDigest,
        String kind,
        boolean unconditional,
        @Nullable Goal budget,
        String reason,
        @Nullable Double predictedP95Micros,
        String state,
        Facts.@Nullable Trial trial,
        @Nullable String detail,
        Instant createdAt,
        Instant changedAt) {
    static DeploymentView of(Deployment deployment) {
        Trial trial = deployment.trial();
        return new DeploymentView(
                deployment.id(),
                deployment.device().value(),
                deployment.request().modelId(),
                deployment.variant().hex(),
                deployment.request().artifact().hex(),
                deployment.request().dense() ? "dense" : "pruned",
                deployment.request().unconditional(),
                deployment.request().goal(),
                deployment.request().reason(),
                deployment.request().predictedP95Micros(),
                deployment.state().label(),
                trial == null ? null : FleetFacts.trial(trial),
                trial == null || trial.detail().isEmpty() ? null : trial.detail(),
                deployment.createdAt(),
                deployment.changedAt());
    }
}
