package io.espalier.controller.planning.adapter;

import io.espalier.controller.budget.Budgets;
import io.espalier.controller.deployment.Deployment;
import io.espalier.controller.deployment.Deployments;
import io.espalier.controller.deployment.DeviceEvent;
import io.espalier.controller.deployment.History;
import io.espalier.controller.deployment.TrialOutcome;
import io.espalier.controller.device.Device;
import io.espalier.controller.device.DeviceRegistry;
import io.espalier.controller.fleet.DeviceView;
import io.espalier.controller.fleet.Fleet;
import io.espalier.controller.model.ModelAssignments;
import io.espalier.controller.model.ModelId;
import io.espalier.controller.problem.Problem;
import io.espalier.controller.pruning.Variants;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** What an operator can ask of, and do to, a device's way through the loop. */
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class DeviceFlowResource {
    private final DeviceRegistry devices;
    private final Fleet fleet;
    private final ModelAssignments assignments;
    private final Variants variants;
    private final Deployments deployments;
    private final History history;
    private final Budgets budgets;
    private final JdbcFlow flow;
    private final Reconciler reconciler;
    private final Explanations explanations;

    DeviceFlowResource(
            DeviceRegistry devices,
            Fleet fleet,
            ModelAssignments assignments,
            Variants variants,
            Deployments deployments,
            History history,
            Budgets budgets,
            JdbcFlow flow,
            Reconciler reconciler,
            Explanations explanations) {
        this.devices = devices;
        this.fleet = fleet;
        this.assignments = assignments;
        this.variants = variants;
        this.deployments = deployments;
        this.history = history;
        this.budgets = budgets;
        this.flow = flow;
        this.reconciler = reconciler;
        this.explanations = explanations;
    }

    /** Which variant to keep. */
    public record Pin(@Nullable String variantDigest) {}

    @GET
    @Operation(summary = "Explain why a device runs its model")
    @Path("/devices/{id}/explanation")
    public Explanations.Explanation explanation(@PathParam("id") String id) {
        return explanations.of(device(id));
    }

    @GET
    @Operation(summary = "List the newest events of a device")
    @Path("/devices/{id}/events")
    public List<DeviceEvent> events(@PathParam("id") String id) {
        return history.of(device(id).id());
    }

    /** Deploys this variant whatever its latency and leaves the planner aside until unpinned. */
    @POST
    @Operation(summary = "Pin a device to a variant")
    @Path("/devices/{id}/pin")
    public DeviceView pin(@PathParam("id") String id, @Nullable Pin pin) {
        Device device = active(id);
        if (pin == null || pin.variantDigest() == null) {
            throw Problem.invalid("variantDigest", "Field \"variantDigest\" is missing")
                    .exception();
        }
        Sha256 variant = new Sha256(pin.variantDigest());
        ModelId model = model(device);
        if (variants.find(model.value(), variant).isEmpty()) {
            throw Problem.notFound("variant of model " + model, variant.hex()).exception();
        }
        return pinned(device, variant, "Pinned to variant " + variant.hex().substring(0, 12) + ".");
    }

    @DELETE
    @Operation(summary = "Let the planner choose for a device again")
    @Path("/devices/{id}/pin")
    public DeviceView unpin(@PathParam("id") String id) {
        Device device = active(id);
        flow.pin(device.id(), null);
        history.tell(device.id(), "unpinned", "The planner chooses again.");
        return considered(device);
    }

    /** Goes back to the variant that served before, and pins it. */
    @POST
    @Operation(summary = "Take a device back to the variant before")
    @Path("/devices/{id}/undo")
    public DeviceView undo(@PathParam("id") String id) {
        Device device = active(id);
        Sha256 before = servedBefore(device.id(), model(device));
        return pinned(device, before, "Went back to variant " + before.hex().substring(0, 12) + " and pinned it.");
    }

    /** Plans anew from the latest measurements; a pin is taken off. */
    @POST
    @Operation(summary = "Plan a device anew")
    @Path("/devices/{id}/replan")
    public DeviceView replan(@PathParam("id") String id) {
        Device device = active(id);
        flow.pin(device.id(), null);
        flow.retirePlans(device.id());
        flow.rememberRefusal(device.id(), null);
        budgets.recheck(device.id());
        history.tell(device.id(), "replan", "Planned anew on request.");
        return considered(device);
    }

    private DeviceView pinned(Device device, Sha256 variant, String text) {
        flow.pin(device.id(), variant);
        history.tell(device.id(), "pinned", text);
        return considered(device);
    }

    private DeviceView considered(Device device) {
        reconciler.consider(device.id());
        return fleet.find(device.id())
                .orElseThrow(
                        () -> Problem.notFound("device", device.id().value()).exception());
    }

    private Sha256 servedBefore(DeviceId device, ModelId model) {
        List<Deployment> all = deployments.of(device, model.value());
        Sha256 current = null;
        for (int i = all.size() - 1; i >= 0; i--) {
            Deployment deployment = all.get(i);
            boolean served = deployment.trial() != null && deployment.trial().outcome() == TrialOutcome.ACCEPTED;
            if (served && current == null) {
                current = deployment.variant();
            } else if (served && !deployment.variant().equals(current)) {
                return deployment.variant();
            }
        }
        throw Problem.of(
                        409,
                        "nothing-to-undo",
                        "Nothing to undo",
                        "Device " + device + " has run no other variant of its model before")
                .exception();
    }

    private ModelId model(Device device) {
        return assignments
                .effective(device)
                .orElseThrow(() -> Problem.of(
                                409,
                                "no-model",
                                "No model",
                                "No model is assigned to device " + device.id() + " or its group")
                        .exception());
    }

    private Device device(String id) {
        return devices.find(new DeviceId(id))
                .orElseThrow(() -> Problem.notFound("device", id).exception());
    }

    private Device active(String id) {
        Device device = device(id);
        if (device.isRetired()) {
            throw Problem.of(409, "device-retired", "Device retired", "Device " + id + " is retired and gets no model")
                    .exception();
        }
        return device;
    }
}
