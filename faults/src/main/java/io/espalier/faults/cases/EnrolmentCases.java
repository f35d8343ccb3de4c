package io.espalier.faults.cases;

import io.espalier.faults.CaseSource;
import io.espalier.faults.FaultCase;
import io.espalier.faults.Place;
import io.espalier.faults.controller.Answer;
import io.espalier.faults.controller.Applicant;
import io.espalier.faults.controller.Installation;
import io.espalier.faults.controller.PlayedDevice;
import io.espalier.faults.controller.PlayedLink;
import io.espalier.tls.CertificateRequest;
import io.espalier.tls.RenewalProof;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.common.MqttException;

/** Who is let in as a device by the real controller, and who is not any more. */
public final class EnrolmentCases implements CaseSource {
    private static final int CROWD = 8;
    private static final int QUOTA = 3;

    @Override
    public List<FaultCase> cases(Place place) {
        return List.of(
                access("claim token used twice", EnrolmentCases::usedTwice),
                access("claim token that expired", EnrolmentCases::expired),
                access("bulk token over its quota", EnrolmentCases::overQuota),
                access("device certificate request with another's key", EnrolmentCases::anothersKey),
                access("device certificate request without proof of the key", EnrolmentCases::withoutProof),
                access("enrolment under the id of a device that exists", EnrolmentCases::takenId),
                access("certificate revoked: its MQTT and Kafka connections are refused", EnrolmentCases::revoked));
    }

    private static FaultCase access(String name, FaultCase.Script script) {
        return new FaultCase("Access", name, false, script);
    }

    private static void usedTwice(Place place) throws Exception {
        Installation cloud = place.cloud();
        Applicant first = Applicant.fresh();
        String token = Applicant.token(cloud, Map.of());
        String certificate = certificate(first.apply(cloud, token));
        Applicant.fresh().apply(cloud, token).requireProblem(409, "claim-token-used");
        Applicant.named(first.deviceId()).apply(cloud, token).requireProblem(409, "claim-token-used");
        first.withNonce("another").apply(cloud, token).requireProblem(409, "claim-token-used");
        String again = certificate(first.apply(cloud, token));
        if (!again.equals(certificate)) {
            throw new IllegalStateException("an answer that was lost came with another certificate");
        }
        requireAdmitted(1, atOnce(cloud, Applicant.token(cloud, Map.of())), "claim-token-used");
        cloud.requireWell();
    }

    private static String certificate(Answer admission) {
        return admission.require(200).json().path("certificate").asText();
    }

    /** A crowd that asks with one token in one moment. */
    private static List<Answer> atOnce(Installation cloud, String token) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(CROWD);
        try {
            List<Future<Answer>> asked = new ArrayList<>();
            for (int i = 0; i < CROWD; i++) {
                Applicant each = Applicant.fresh();
                asked.add(pool.submit(() -> each.apply(cloud, token)));
            }
            List<Answer> answers = new ArrayList<>();
            for (Future<Answer> each : asked) {
                answers.add(each.get());
            }
            return answers;
        } finally {
            pool.shutdownNow();
        }
    }

    private static void requireAdmitted(int expected, List<Answer> answers, String problemOfOthers) {
        long admitted = answers.stream().filter(each -> each.status() == 200).count();
        if (admitted != expected) {
            throw new IllegalStateException(admitted + " were let in at once instead of " + expected);
        }
        answers.stream()
                .filter(each -> each.status() != 200)
                .forEach(each -> each.requireProblem(409, problemOfOthers));
    }

    private static void expired(Place place) throws Exception {
        Installation cloud = place.cloud();
        Answer issued = cloud.operator()
                .post("/api/v1/claim-tokens", Map.of("expiresInSeconds", 1))
                .require(201);
        Instant end = Instant.parse(issued.json().path("expiresAt").asText());
        TimeUnit.MILLISECONDS.sleep(
                Math.max(0, Duration.between(Instant.now(), end).toMillis() + 1));
        Applicant late = Applicant.fresh();
        late.apply(cloud, issued.json().path("token").asText()).requireProblem(401, "claim-token-expired");
        cloud.operator().get("/api/v1/devices/" + late.deviceId()).requireProblem(404, "not-found");
        cloud.operator()
                .post("/api/v1/claim-tokens", Map.of("expiresInSeconds", -1))
                .requireProblem(400, "invalid-request");
        cloud.requireWell();
    }

    private static void overQuota(Place place) throws Exception {
        Installation cloud = place.cloud();
        String token = Applicant.token(cloud, Map.of("quota", QUOTA));
        requireAdmitted(QUOTA, atOnce(cloud, token), "claim-token-used-up");
        Applicant.fresh().apply(cloud, token).requireProblem(409, "claim-token-used-up");
        cloud.requireWell();
    }

    private static void anothersKey(Place place) throws Exception {
        Installation cloud = place.cloud();
        Applicant victim = Applicant.fresh();
        try (PlayedDevice device = PlayedDevice.enrol(cloud, victim, Map.of())) {
            byte[] overheard = CertificateRequest.of(victim.key());
            Applicant thief = Applicant.fresh();
            thief.apply(cloud, Applicant.token(cloud, Map.of()), overheard).requireProblem(409, "cloned-key");
            cloud.operator().get("/api/v1/devices/" + thief.deviceId()).requireProblem(404, "not-found");
            String nonce = nonce(cloud);
            renew(cloud, victim.deviceId(), nonce, RenewalProof.sign(thief.key().getPrivate(), device.id(), nonce))
                    .requireProblem(401, "renewal-not-proven");
            device.requireCounted();
        }
        cloud.requireWell();
    }

    private static void withoutProof(Place place) throws Exception {
        Installation cloud = place.cloud();
        Applicant victim = Applicant.fresh();
        try (PlayedDevice device = PlayedDevice.enrol(cloud, victim, Map.of())) {
            Applicant thief = Applicant.fresh();
            byte[] mixed = CertificateRequest.of(
                    new KeyPair(victim.key().getPublic(), thief.key().getPrivate()));
            String token = Applicant.token(cloud, Map.of());
            thief.apply(cloud, token, mixed).requireProblem(400, "bad-signing-request");
            byte[] cut = CertificateRequest.of(thief.key());
            thief.apply(cloud, token, Arrays.copyOf(cut, cut.length - 1)).requireProblem(400, "bad-signing-request");
            thief.apply(cloud, token).require(200); // What was refused has not used the token up.
            String nonce = nonce(cloud);
            byte[] overheard = RenewalProof.sign(victim.key().getPrivate(), device.id(), nonce);
            renew(cloud, victim.deviceId(), nonce(cloud), overheard).requireProblem(401, "renewal-not-proven");
            renew(cloud, victim.deviceId(), "made up", overheard).requireProblem(409, "renewal-nonce-stale");
            renew(cloud, thief.deviceId(), nonce, overheard).requireProblem(401, "renewal-not-proven");
            renew(cloud, victim.deviceId(), nonce, overheard).require(200);
            device.requireCounted();
        }
        cloud.requireWell();
    }

    private static String nonce(Installation cloud) throws Exception {
        return cloud.agent()
                .post("/api/v1/certificates/challenge", Map.of())
                .require(200)
                .json()
                .path("nonce")
                .asText();
    }

    private static Answer renew(Installation cloud, String device, String nonce, byte[] proof) throws Exception {
        return cloud.agent()
                .post(
                        "/api/v1/certificates/renew",
                        Map.of(
                                "deviceId",
                                device,
                                "nonce",
                                nonce,
                                "proof",
                                Base64.getEncoder().encodeToString(proof)));
    }

    private static void takenId(Place place) throws Exception {
        Installation cloud = place.cloud();
        Applicant owner = Applicant.fresh();
        try (PlayedDevice device = PlayedDevice.enrol(cloud, owner, Map.of())) {
            String token = Applicant.token(cloud, Map.of("quota", 2));
            Applicant.named(owner.deviceId()).apply(cloud, token).requireProblem(409, "duplicate-device");
            cloud.operator()
                    .post("/api/v1/claim-tokens", Map.of("deviceId", owner.deviceId()))
                    .requireProblem(409, "duplicate-device");
            String others =
                    Applicant.token(cloud, Map.of("deviceId", Applicant.fresh().deviceId()));
            Applicant.fresh().apply(cloud, others).requireProblem(401, "claim-token-unknown");
            device.requireCounted();
            cloud.operator()
                    .post("/api/v1/devices/" + owner.deviceId() + "/retire", Map.of())
                    .require(200);
            Applicant.named(owner.deviceId()).apply(cloud, token).requireProblem(409, "duplicate-device");
            Applicant.fresh().apply(cloud, token).require(200);
        }
        cloud.requireWell();
    }

    private static void revoked(Place place) throws Exception {
        Installation cloud = place.cloud();
        try (PlayedDevice stolen = PlayedDevice.enrol(cloud);
                PlayedDevice other = PlayedDevice.enrol(cloud);
                PlayedLink link = PlayedLink.connect(cloud, stolen)) {
            stolen.requireCounted();
            cloud.operator()
                    .post("/api/v1/devices/" + stolen.id() + "/retire", Map.of())
                    .require(200);
            link.awaitCut();
            requireNoLink(cloud, stolen);
            requireNotTaken(stolen);
            if (stolen.inferences() != 1) {
                throw new IllegalStateException("telemetry of a revoked device is counted");
            }
            other.requireCounted();
        }
        cloud.requireWell();
    }

    private static void requireNoLink(Installation cloud, PlayedDevice stolen) throws Exception {
        try (PlayedLink again = PlayedLink.connect(cloud, stolen)) {
            throw new IllegalStateException("the broker takes a connection of a revoked device");
        } catch (MqttException e) {
            // As it should be.
        }
    }

    private static void requireNotTaken(PlayedDevice stolen) throws Exception {
        try {
            stolen.send(stolen.window().build());
        } catch (ExecutionException e) {
            return; // As it should be.
        }
        throw new IllegalStateException("Kafka takes a record of a revoked device");
    }
}
