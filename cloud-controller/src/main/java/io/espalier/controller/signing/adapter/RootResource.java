package io.espalier.controller.signing.adapter;

import io.espalier.controller.problem.Problem;
import io.espalier.controller.signing.Notary;
import io.espalier.trust.Role;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Roots for whoever verifies an artifact without being a device. They hold public keys only. */
@Path("/api/v1/roots")
@PermitAll
public final class RootResource {
    private final Notary notary;

    RootResource(Notary notary) {
        this.notary = notary;
    }

    record RootView(long version, String tenant, Instant expiresAt, Map<String, RoleView> roles) {}

    record RoleView(Set<String> keys, int threshold, long generation) {}

    @GET
    @Operation(summary = "The newest root of trust for models")
    @Produces(MediaType.APPLICATION_JSON)
    public RootView newest() {
        Map<String, RoleView> roles = new LinkedHashMap<>();
        for (Role role : Role.values()) {
            var keys = notary.root().role(role);
            roles.put(role.label(), new RoleView(keys.keys().keySet(), keys.threshold(), keys.generation()));
        }
        return new RootView(
                notary.root().version(), notary.root().tenant(), notary.root().expiresAt(), roles);
    }

    @GET
    @Operation(summary = "One root of trust, by its version")
    @Path("/{version}")
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    public byte[] root(@PathParam("version") long version) {
        return notary.root(version)
                .orElseThrow(
                        () -> Problem.notFound("root", Long.toString(version)).exception());
    }
}
