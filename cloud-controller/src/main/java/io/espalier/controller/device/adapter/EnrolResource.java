package io.espalier.controller.device.adapter;

import io.espalier.controller.device.Certification;
import io.espalier.controller.device.ClaimSecret;
import io.espalier.controller.device.DeviceEnrolled;
import io.espalier.controller.device.EnrolmentOutcome;
import io.espalier.controller.device.EnrolmentRequest;
import io.espalier.controller.device.Enrolments;
import io.espalier.controller.live.LiveEvents;
import io.espalier.controller.problem.Problem;
import io.espalier.controller.signing.DeviceTrust;
import io.espalier.pki.RequestRefusedException;
import io.espalier.pki.SigningRequest;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import io.espalier.tls.Pem;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** Lets an agent in, once per claim token, and certifies its key. Asking again with the same nonce and key gives the same answer. */
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class EnrolResource {
    private final Enrolments enrolments;
    private final Certification certification;
    private final AgentAccess access;
    private final DeviceTrust trust;
    private final LiveEvents live;
    private final Clock clock;
    private final String tenant;

    EnrolResource(
            Enrolments enrolments,
            Certification certification,
            AgentAccess access,
            DeviceTrust trust,
            LiveEvents live,
            Clock clock,
            @ConfigProperty(name = "espalier.tenant") String tenant) {
        this.enrolments = enrolments;
        this.certification = certification;
        this.access = access;
        this.trust = trust;
        this.live = live;
        this.clock = clock;
        this.tenant = tenant;
    }

    /**
     * @param csr a PKCS#10 request, Base64 of its DER encoding; only its key is taken from it
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
            String certificate,
            String caCertificate) {}

    @POST
    @Operation(summary = "Enrol a device")
    @Path("/enrol")
    @PermitAll
    public Admission enrol(@Nullable Application application) {
        Application given = application == null ? new Application(null, null, null, null, null) : application;
        SigningRequest signing = signingRequest(given.csr());
        EnrolmentRequest request = new EnrolmentRequest(
                new ClaimSecret(Given.required("token", given.token())),
                new DeviceId(Given.required("deviceId", given.deviceId())),
                signing.keyDigest(),
                given.nonce() == null
                        ? null
                        : Sha256.of(Given.required("nonce", given.nonce()).getBytes(StandardCharsets.UTF_8)),
                given.agentVersion() == null ? null : Given.required("agentVersion", given.agentVersion()));
        EnrolmentOutcome outcome = enrolments.redeem(request, clock.instant());
        if (outcome instanceof EnrolmentOutcome.Enrolled enrolled) {
            DeviceId device = enrolled.device().id();
            if (!enrolled.again()) {
                live.publish(new DeviceEnrolled(device));
            }
            X509Certificate certificate = certification
                    .enrolled(device, signing)
                    .orElseThrow(() ->
                            refusal(new EnrolmentOutcome.RevokedKey(), device).exception());
            List<X509Certificate> chain = certification.chain(certificate);
            return new Admission(
                    tenant,
                    device.value(),
                    access.mqtt(device),
                    access.kafka(),
                    Base64.getEncoder().encodeToString(trust.of(device)),
                    Pem.of(chain),
                    Pem.of(List.of(chain.get(chain.size() - 1))));
        }
        throw refusal(outcome, request.device()).exception();
    }

    private static SigningRequest signingRequest(@Nullable String csr) {
        try {
            return SigningRequest.of(Given.base64("csr", csr));
        } catch (RequestRefusedException e) {
            throw Problem.of(400, "bad-signing-request", "Signing request refused", String.valueOf(e.getMessage()))
                    .exception();
        }
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
        if (outcome instanceof EnrolmentOutcome.UsedQuota used) {
            return Problem.of(
                    409,
                    "claim-token-used-up",
                    "Claim token used up",
                    "This claim token has enrolled the " + used.quota()
                            + " devices it was made for. Ask the operator for another");
        }
        if (outcome instanceof EnrolmentOutcome.ClonedKey) {
            return Problem.of(
                    409,
                    "cloned-key",
                    "Key in use",
                    "Another device enrolled with the same key: the state directory was copied. Remove everything in it"
                            + " and start again, so that this device makes a key of its own");
        }
        if (outcome instanceof EnrolmentOutcome.RevokedKey) {
            return Problem.of(
                    403,
                    "revoked-key",
                    "Key revoked",
                    "The key of device \"" + device + "\" was revoked. Remove device.key from its state directory and"
                            + " start again, so that it makes another");
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
                "This claim token is not known here, or was made for another device than \"" + device
                        + "\". Compare device.id with what the operator made it for, or ask for a new claim bundle");
    }
}
