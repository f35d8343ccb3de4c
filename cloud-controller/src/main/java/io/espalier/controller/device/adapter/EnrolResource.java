package io.espalier.controller.device.adapter;

import io.espalier.controller.device.ClaimSecret;
import io.espalier.controller.device.DeviceEnrolled;
import io.espalier.controller.device.EnrolmentOutcome;
import io.espalier.controller.device.EnrolmentRequest;
import io.espalier.controller.device.Enrolments;
import io.espalier.controller.live.LiveEvents;
import io.espalier.controller.problem.Problem;
import io.espalier.controller.signing.DeviceTrust;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** Lets an agent in, once per claim token. Asking again with the same nonce gives the same answer. */
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class EnrolResource {
    private static final int LONGEST_TEXT = 256;

    private final Enrolments enrolments;
    private final AgentAccess access;
    private final DeviceTrust trust;
    private final LiveEvents live;
    private final Clock clock;
    private final String tenant;

    EnrolResource(
            Enrolments enrolments,
            AgentAccess access,
            DeviceTrust trust,
            LiveEvents live,
            Clock clock,
            @ConfigProperty(name = "espalier.tenant") String tenant) {
        this.enrolments = enrolments;
        this.access = access;
        this.trust = trust;
        this.live = live;
        this.clock = clock;
        this.tenant = tenant;
    }

    /**
     * @param csr a PKCS#10 request, not signed yet
     * @param nonce random, kept by the agent before it asks, so that a lost answer can be had again
     */
    record Application(
            @Nullable String token,
            @Nullable String deviceId,
            @Nullable String csr,
            @Nullable String agentVersion,
            @Nullable String nonce) {}

    record Admission(
            String tenant,
            String deviceId,
            AgentAccess.Mqtt mqtt,
            AgentAccess.Kafka kafka,
            String trust,
            @Nullable String certificate,
            @Nullable String caCertificate) {}

    @POST
    @Path("/enrol")
    @PermitAll
    public Admission enrol(@Nullable Application application) {
        Application given = application == null ? new Application(null, null, null, null, null) : application;
        EnrolmentRequest request = new EnrolmentRequest(
                new ClaimSecret(required("token", given.token())),
                new DeviceId(required("deviceId", given.deviceId())),
                given.nonce() == null
                        ? null
                        : Sha256.of(required("nonce", given.nonce()).getBytes(StandardCharsets.UTF_8)),
                given.agentVersion() == null ? null : required("agentVersion", given.agentVersion()));
        EnrolmentOutcome outcome = enrolments.redeem(request, clock.instant());
        if (outcome instanceof EnrolmentOutcome.Enrolled enrolled) {
            DeviceId device = enrolled.device().id();
            if (!enrolled.again()) {
                live.publish(new DeviceEnrolled(device));
            }
            return new Admission(
                    tenant,
                    device.value(),
                    access.mqtt(device),
                    access.kafka(),
                    Base64.getEncoder().encodeToString(trust.of(device)),
                    null,
                    null);
        }
        throw refusal(outcome, request.device()).exception();
    }

    private static Problem refusal(EnrolmentOutcome outcome, DeviceId device) {
        if (outcome instanceof EnrolmentOutcome.ExpiredToken) {
            return Problem.of(
                    401, "claim-token-expired", "Claim token expired", "Ask the operator for a new claim token");
        }
        if (outcome instanceof EnrolmentOutcome.UsedToken) {
            return Problem.of(
                    409,
                    "claim-token-used",
                    "Claim token used",
                    "This claim token has enrolled a device already; every device needs its own");
        }
        if (outcome instanceof EnrolmentOutcome.DuplicateDevice duplicate) {
            return Problem.of(
                    409,
                    "duplicate-device",
                    "Device id taken",
                    "Device \"" + device + "\" is enrolled already" + (duplicate.retired() ? " (and retired)" : "")
                            + ". Choose another id, or let the operator replace that device");
        }
        return Problem.of(
                401,
                "claim-token-unknown",
                "Claim token not accepted",
                "There is no such claim token for device \"" + device + "\". Ask the operator for one that is");
    }

    private static String required(String field, @Nullable String value) {
        if (value == null || value.isBlank()) {
            throw Problem.invalid(field, "Field \"" + field + "\" is missing").exception();
        }
        if (value.length() > LONGEST_TEXT) {
            throw Problem.invalid(field, "Field \"" + field + "\" is longer than " + LONGEST_TEXT + " characters")
                    .exception();
        }
        return value;
    }
}
