package io.espalier.controller.device.adapter;

import io.espalier.controller.device.Device;
import io.espalier.controller.device.DeviceMoved;
import io.espalier.controller.device.DeviceRegistry;
import io.espalier.controller.device.DeviceRetired;
import io.espalier.controller.device.GroupName;
import io.espalier.controller.device.Labels;
import io.espalier.controller.live.DeviceTouched;
import io.espalier.controller.live.LiveEvents;
import io.espalier.controller.problem.Problem;
import io.espalier.proto.DeviceId;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** Moves, labels and retires devices. Reading them is the fleet's. */
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class DeviceResource {
    private final DeviceRegistry registry;
    private final LiveEvents live;
    private final Clock clock;

    DeviceResource(DeviceRegistry registry, LiveEvents live, Clock clock) {
        this.registry = registry;
        this.live = live;
        this.clock = clock;
    }

    record Changes(@Nullable Labels labels, @Nullable GroupName group) {}

    record Summary(String id, String group, Map<String, String> labels, boolean retired) {
        static Summary of(Device device) {
            return new Summary(
                    device.id().value(), device.group().value(), device.labels().values(), device.isRetired());
        }
    }

    @PATCH
    @Operation(summary = "Change the group or labels of a device")
    @Path("/devices/{id}")
    public Summary change(@PathParam("id") String id, @Nullable Changes changes) {
        if (changes == null || (changes.labels() == null && changes.group() == null)) {
            throw Problem.invalid("labels", "Nothing to change: give labels, group or both")
                    .exception();
        }
        Device before = existing(id);
        Device after = registry.change(before.id(), changes.labels(), changes.group())
                .orElseThrow(() -> Problem.notFound("device", id).exception());
        if (before.group().equals(after.group())) {
            live.publish(new DeviceTouched(id));
        } else {
            live.publish(new DeviceMoved(after.id(), before.group(), after.group()));
        }
        return Summary.of(after);
    }

    @POST
    @Operation(summary = "Retire a device and revoke its certificate")
    @Path("/devices/{id}/retire")
    @Consumes(MediaType.WILDCARD)
    public Summary retire(@PathParam("id") String id) {
        Device before = existing(id);
        Device after = registry.retire(before.id(), clock.instant())
                .orElseThrow(() -> Problem.notFound("device", id).exception());
        if (!before.isRetired()) {
            live.publish(new DeviceRetired(after.id()));
        }
        return Summary.of(after);
    }

    private Device existing(String id) {
        return registry.find(new DeviceId(id))
                .orElseThrow(() -> Problem.notFound("device", id).exception());
    }
}
