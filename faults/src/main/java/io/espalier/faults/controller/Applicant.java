package io.espalier.faults.controller;

import io.espalier.tls.CertificateRequest;
import java.io.IOException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;

/**
 * Whoever asks to be let in as a device, by right or not.
 *
 * @param nonce drawn once for an application, and the same whenever it is sent again
 */
public record Applicant(String deviceId, KeyPair key, String nonce, String agentVersion) {
    /** One that has never asked before, under a name that nobody has. */
    public static Applicant fresh() {
        return named("played-" + UUID.randomUUID());
    }

    /** One with a key of its own. */
    public static Applicant named(String deviceId) {
        return new Applicant(
                deviceId,
                CertificateRequest.drawKey(new SecureRandom()),
                UUID.randomUUID().toString(),
                "played");
    }

    /** The same with another nonce. */
    public Applicant withNonce(String other) {
        return new Applicant(deviceId, key, other, agentVersion);
    }

    /** The same, which calls its program otherwise. */
    public Applicant withAgentVersion(String other) {
        return new Applicant(deviceId, key, nonce, other);
    }

    /** Asks with a request for a certificate of its own. */
    public Answer apply(Installation cloud, String token) throws Exception {
        return apply(cloud, token, CertificateRequest.of(key));
    }

    /** Asks with somebody's request for a certificate. */
    public Answer apply(Installation cloud, String token, byte[] request) throws Exception {
        return cloud.agent()
                .post(
                        "/api/v1/enrol",
                        Map.of(
                                "token",
                                token,
                                "deviceId",
                                deviceId,
                                "nonce",
                                nonce,
                                "csr",
                                Base64.getEncoder().encodeToString(request),
                                "agentVersion",
                                agentVersion));
    }

    /** A token as an operator orders it. */
    public static String token(Installation cloud, Map<String, ?> order) throws IOException, InterruptedException {
        return cloud.operator()
                .post("/api/v1/claim-tokens", order)
                .require(201)
                .json()
                .path("token")
                .asText();
    }
}
