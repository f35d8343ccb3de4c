package io.espalier.controller.model.adapter;

import io.espalier.controller.device.Device;
import io.espalier.controller.device.DeviceRegistry;
import io.espalier.controller.device.GroupName;
import io.espalier.controller.live.LiveEvents;
import io.espalier.controller.model.BaseModel;
import io.espalier.controller.model.ModelAssigned;
import io.espalier.controller.model.ModelAssignments;
import io.espalier.controller.model.ModelCatalog;
import io.espalier.controller.model.ModelId;
import io.espalier.controller.model.ModelState;
import io.espalier.controller.problem.Problem;
import io.espalier.proto.DeviceId;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** Says which model devices are to run. */
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class AssignmentResource {
    private final ModelAssignments assignments;
    private final ModelCatalog catalog;
    private final DeviceRegistry devices;
    private final LiveEvents live;
    private final Clock clock;

    AssignmentResource(
            ModelAssignments assignments, ModelCatalog catalog, DeviceRegistry devices, LiveEvents live, Clock clock) {
        this.assignments = assignments;
        this.catalog = catalog;
        this.devices = devices;
        this.live = live;
        this.clock = clock;
    }

    record Assignment(@Nullable String modelId) {}

    @PUT
    @Operation(summary = "Give a group a model")
    @Path("/groups/{group}/model")
    public Assignment toGroup(@PathParam("group") String group, @Nullable Assignment assignment) {
        GroupName name = new GroupName(group);
        ModelId model = usable(assignment);
        assignments.assign(name, model, clock.instant());
        var ofDevices = assignments.ofDevices();
        for (Device device : devices.inGroup(name)) {
            if (!ofDevices.containsKey(device.id())) {
                live.publish(new ModelAssigned(device.id(), model));
            }
        }
        return new Assignment(model.value());
    }

    @PUT
    @Operation(summary = "Give a device a model of its own")
    @Path("/devices/{id}/model")
    public Assignment toDevice(@PathParam("id") String id, @Nullable Assignment assignment) {
        Device device = devices.find(new DeviceId(id))
                .filter(found -> !found.isRetired())
                .orElseThrow(() -> Problem.notFound("active device", id).exception());
        ModelId model = usable(assignment);
        assignments.assign(device.id(), model, clock.instant());
        live.publish(new ModelAssigned(device.id(), model));
        return new Assignment(model.value());
    }

    /** A model that is still being inspected may be assigned ahead; it goes out once it is ready. */
    private ModelId usable(@Nullable Assignment assignment) {
        String given = assignment == null ? null : assignment.modelId();
        if (given == null) {
            throw Problem.invalid("modelId", "Field \"modelId\" is missing").exception();
        }
        BaseModel model = catalog.find(new ModelId(given))
                .orElseThrow(() -> Problem.invalid("modelId", "There is no model \"" + given + "\"")
                        .exception());
        if (model.state() == ModelState.INVALID) {
            throw Problem.of(
                            409,
                            "model-invalid",
                            "This model cannot be used",
                            "Model \"" + model.name() + "\" did not pass inspection; GET /api/v1/models/" + given
                                    + " says why")
                    .exception();
        }
        return model.id();
    }
}
