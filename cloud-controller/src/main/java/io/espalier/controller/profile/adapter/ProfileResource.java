package io.espalier.controller.profile.adapter;

import io.espalier.controller.device.DeviceRegistry;
import io.espalier.controller.problem.Problem;
import io.espalier.controller.profile.DeviceProfile;
import io.espalier.controller.profile.ProfileStore;
import io.espalier.proto.DeviceId;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Shows what a device measured. */
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
public final class ProfileResource {
    private final ProfileStore profiles;
    private final DeviceRegistry devices;

    ProfileResource(ProfileStore profiles, DeviceRegistry devices) {
        this.profiles = profiles;
        this.devices = devices;
    }

    record Profile(
            String suiteDigest,
            Instant measuredAt,
            DeviceProfile.Hardware hardware,
            DeviceProfile.RuntimeKey runtime,
            List<DeviceProfile.ProbeTiming> timings) {}

    @GET
    @Operation(summary = "List what a device measured of itself")
    @Path("/devices/{id}/profiles")
    public List<Profile> of(@PathParam("id") String id) {
        DeviceId device = new DeviceId(id);
        if (devices.find(device).isEmpty()) {
            throw Problem.notFound("device", id).exception();
        }
        return profiles.of(device).stream()
                .map(profile -> new Profile(
                        profile.suiteDigest(),
                        profile.measuredAt(),
                        profile.hardware(),
                        profile.runtime(),
                        profile.timings()))
                .toList();
    }
}
