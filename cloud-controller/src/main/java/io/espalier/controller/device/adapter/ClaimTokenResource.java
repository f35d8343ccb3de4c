package io.espalier.controller.device.adapter;

import io.espalier.controller.device.ClaimSecret;
import io.espalier.controller.device.ClaimToken;
import io.espalier.controller.device.DeviceRegistry;
import io.espalier.controller.device.Enrolments;
import io.espalier.controller.device.GroupName;
import io.espalier.controller.device.Labels;
import io.espalier.controller.pki.AgentUrl;
import io.espalier.controller.pki.Authority;
import io.espalier.controller.problem.Problem;
import io.espalier.proto.DeviceId;
import io.espalier.tls.ClaimBundle;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

/** Hands out permissions to enrol, for one device or for a quota of them; the secret is shown once and kept only as a hash. */
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class ClaimTokenResource {
    private static final Duration USUAL_LIFE = Duration.ofHours(24);
    private static final Duration LONGEST_LIFE = Duration.ofDays(365);

    private final Enrolments enrolments;
    private final DeviceRegistry registry;
    private final Authority authority;
    private final AgentUrl agents;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    ClaimTokenResource(
            Enrolments enrolments, DeviceRegistry registry, Authority authority, AgentUrl agents, Clock clock) {
        this.enrolments = enrolments;
        this.registry = registry;
        this.authority = authority;
        this.agents = agents;
        this.clock = clock;
    }

    record Order(
            @Nullable String deviceId,
            @Nullable GroupName group,
            @Nullable Labels labels,
            @Nullable Long expiresInSeconds,
            @Nullable Integer quota) {}

    /**
     * @param bundle the line to give to a device: address, token, and how it knows the controller; null where nothing
     *     listens for agents over HTTPS at a known address
     */
    record Issued(String token, @Nullable String bundle, int quota, Instant expiresAt) {}

    @POST
    @Operation(summary = "Make a claim token")
    @APIResponseSchema(value = Issued.class, responseCode = "201", responseDescription = "Created")
    @Path("/claim-tokens")
    @ResponseStatus(201)
    public Issued issue(@RequestBody(required = false) @Nullable Order order) {
        Order given = order == null ? new Order(null, null, null, null, null) : order;
        DeviceId device = given.deviceId() == null ? null : new DeviceId(given.deviceId());
        if (device != null && registry.find(device).isPresent()) {
            throw Problem.of(
                            409,
                            "duplicate-device",
                            "Device id taken",
                            "Device \"" + device
                                    + "\" is enrolled already. For a new machine under the same name use POST /api/v1/devices/"
                                    + device + "/replace")
                    .exception();
        }
        int quota = given.quota() == null ? 1 : given.quota();
        return issue(device, given.group(), given.labels(), lifeOf(given.expiresInSeconds()), false, quota);
    }

    /** A new machine shall take over the name, group, labels and budget of a device. */
    @POST
    @Operation(summary = "Make a claim token for a new machine in place of a device")
    @APIResponseSchema(value = Issued.class, responseCode = "201", responseDescription = "Created")
    @Path("/devices/{id}/replace")
    @Consumes(MediaType.WILDCARD)
    @ResponseStatus(201)
    public Issued replace(@PathParam("id") String id) {
        DeviceId device = new DeviceId(id);
        if (registry.find(device).isEmpty()) {
            throw Problem.notFound("device", id).exception();
        }
        return issue(device, null, null, USUAL_LIFE, true, 1);
    }

    private Issued issue(
            @Nullable DeviceId device,
            @Nullable GroupName group,
            @Nullable Labels labels,
            Duration life,
            boolean replaces,
            int quota) {
        ClaimSecret secret = ClaimSecret.draw(random);
        Instant now = clock.instant();
        ClaimToken token = new ClaimToken(
                secret.hash(),
                device,
                group,
                labels == null ? Labels.NONE : labels,
                replaces,
                now,
                now.plus(life),
                quota,
                0,
                null);
        enrolments.issue(token);
        String bundle = agents.get()
                .map(url -> new ClaimBundle(url, secret.value(), authority.fingerprint()).line())
                .orElse(null);
        return new Issued(secret.value(), bundle, token.quota(), token.expiresAt());
    }

    private static Duration lifeOf(@Nullable Long seconds) {
        if (seconds == null) {
            return USUAL_LIFE;
        }
        if (seconds < 1 || seconds > LONGEST_LIFE.toSeconds()) {
            throw Problem.invalid(
                            "expiresInSeconds",
                            "expiresInSeconds must be 1 to " + LONGEST_LIFE.toSeconds() + ", got " + seconds)
                    .exception();
        }
        return Duration.ofSeconds(seconds);
    }
}
