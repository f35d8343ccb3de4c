package io.espalier.controller.device.adapter;

import io.espalier.controller.device.Certification;
import io.espalier.controller.device.RenewalOutcome;
import io.espalier.controller.problem.Problem;
import io.espalier.proto.DeviceId;
import io.espalier.tls.Pem;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** Gives devices their next certificates: they sign a nonce with the key they enrolled with. */
@Path("/api/v1/certificates")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@PermitAll
public final class CertificateResource {
    private final Certification certification;
    private final Clock clock;

    CertificateResource(Certification certification, Clock clock) {
        this.certification = certification;
        this.clock = clock;
    }

    /** The time is for devices that do not know it: they cannot tell whether their certificate nears its end. */
    record Challenge(String nonce, Instant now) {}

    record Renewal(
            @Nullable String deviceId,
            @Nullable String nonce,
            @Nullable String proof) {}

    record Renewed(String certificate) {}

    @POST
    @Operation(summary = "Draw a nonce for a renewal")
    @Path("/challenge")
    @Consumes(MediaType.WILDCARD)
    public Challenge challenge() {
        return new Challenge(certification.challenge(), clock.instant());
    }

    @POST
    @Operation(summary = "Renew the certificate of a device")
    @Path("/renew")
    public Renewed renew(@Nullable Renewal renewal) {
        Renewal given = renewal == null ? new Renewal(null, null, null) : renewal;
        DeviceId device = new DeviceId(Given.required("deviceId", given.deviceId()));
        RenewalOutcome outcome = certification.renew(
                device, Given.required("nonce", given.nonce()), Given.base64("proof", given.proof()));
        if (outcome instanceof RenewalOutcome.Renewed renewed) {
            return new Renewed(Pem.of(certification.chain(renewed.certificate())));
        }
        throw refusal(outcome, device).exception();
    }

    private static Problem refusal(RenewalOutcome outcome, DeviceId device) {
        if (outcome instanceof RenewalOutcome.StaleNonce) {
            return Problem.of(
                    409,
                    "renewal-nonce-stale",
                    "Nonce too old",
                    "Draw another nonce with POST /api/v1/certificates/challenge and sign that one");
        }
        if (outcome instanceof RenewalOutcome.Revoked) {
            return Problem.of(
                    403,
                    "certificate-revoked",
                    "Device revoked",
                    "Device \"" + device + "\" was revoked. To take it back the operator replaces it: a new key, a new"
                            + " claim token");
        }
        return Problem.of(
                401,
                "renewal-not-proven",
                "Renewal refused",
                "Nothing shows that whoever asks has the key that device \"" + device + "\" enrolled with");
    }
}
