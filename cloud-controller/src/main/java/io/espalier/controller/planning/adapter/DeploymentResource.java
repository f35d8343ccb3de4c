package io.espalier.controller.planning.adapter;

import io.espalier.controller.deployment.Deployment;
import io.espalier.controller.deployment.Deployments;
import io.espalier.proto.DeviceId;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** What was deployed, newest first. */
@Path("/api/v1/deployments")
@Produces(MediaType.APPLICATION_JSON)
public final class DeploymentResource {
    private final Deployments deployments;

    DeploymentResource(Deployments deployments) {
        this.deployments = deployments;
    }

    @GET
    @Operation(summary = "List the newest deployments")
    public List<DeploymentView> list(@QueryParam("deviceId") @Nullable String deviceId) {
        List<Deployment> found =
                new ArrayList<>(deviceId == null ? deployments.newest() : deployments.of(new DeviceId(deviceId), null));
        if (deviceId != null) {
            Collections.reverse(found);
        }
        return found.stream().map(DeploymentView::of).toList();
    }
}
