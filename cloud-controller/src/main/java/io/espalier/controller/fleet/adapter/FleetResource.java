package io.espalier.controller.fleet.adapter;

import io.espalier.controller.device.GroupName;
import io.espalier.controller.fleet.DeviceState;
import io.espalier.controller.fleet.DeviceView;
import io.espalier.controller.fleet.Fleet;
import io.espalier.controller.problem.Problem;
import io.espalier.proto.DeviceId;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** Devices and groups, to read. */
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
public final class FleetResource {
    private final Fleet fleet;

    FleetResource(Fleet fleet) {
        this.fleet = fleet;
    }

    @GET
    @Operation(summary = "List the devices")
    @Path("/devices")
    public List<DeviceView> devices(
            @Nullable @QueryParam("search") String search,
            @Nullable @QueryParam("state") String state,
            @Nullable @QueryParam("group") String group) {
        return fleet.list(new Fleet.Filter(
                search,
                state == null || state.isBlank() ? null : DeviceState.of(state),
                group == null || group.isBlank() ? null : new GroupName(group)));
    }

    @GET
    @Operation(summary = "Show a device")
    @Path("/devices/{id}")
    public DeviceView device(@PathParam("id") String id) {
        return fleet.find(new DeviceId(id))
                .orElseThrow(() -> Problem.notFound("device", id).exception());
    }

    @GET
    @Operation(summary = "List the groups")
    @Path("/groups")
    public List<Fleet.GroupView> groups() {
        return fleet.groups();
    }
}
