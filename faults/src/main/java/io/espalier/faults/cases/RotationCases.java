package io.espalier.faults.cases;

import io.espalier.faults.CaseSource;
import io.espalier.faults.FaultCase;
import io.espalier.faults.Place;
import io.espalier.faults.controller.Applicant;
import io.espalier.faults.controller.Installation;
import io.espalier.faults.controller.PlayedDevice;
import io.espalier.faults.controller.Until;
import io.espalier.faults.device.AgentJvm;
import io.espalier.faults.device.TelemetryBooks;
import io.espalier.faults.network.FaultProxy;
import io.espalier.faults.network.Weather;
import io.espalier.pki.SigningRequest;
import io.espalier.proto.DeviceId;
import io.espalier.proto.v1.Event;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.latency.BaseSuite;
import io.espalier.pruning.onnx.OnnxWriter;
import io.espalier.tls.CertifiedSubject;
import io.espalier.tls.Pem;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** A real agent of the real controller, whose certificate ends while it is busy. */
public final class RotationCases implements CaseSource {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final Duration LIFE = Duration.ofDays(7);
    /** Of its life the certificate has had so much: whatever a fleet's spread, another is due. */
    private static final Duration AGE = Duration.ofDays(6);

    private static final int INPUTS = 28;
    /** So many that the model's own probe suite is too large for the broker: over MQTT only the small base suite comes after it. */
    private static final int HIDDEN = 2000;

    private static final int CHUNK_BYTES = 256 << 10;
    private static final int WINDOW = 6;

    @Override
    public List<FaultCase> cases(Place place) {
        return List.of(new FaultCase("Access", "certificate rotation mid-download", false, RotationCases::midDownload));
    }

    private static void midDownload(Place place) throws Exception {
        Installation cloud = place.cloud();
        byte[] model = model();
        String modelId = ready(cloud, model);
        DeviceId device = new DeviceId(Applicant.fresh().deviceId());
        Path folder = Files.createDirectories(place.newFolder("rotation"));
        Path certificate = folder.resolve("state").resolve("device.pem");
        try (FaultProxy https = FaultProxy.before(cloud.agentUrl().toString());
                TelemetryBooks books = new TelemetryBooks(
                        PlayedDevice.kafkaSettings(cloud, cloud.authority().service("controller")), device)) {
            Map<String, String> settings = settings(cloud, device, folder, URI.create(https.url()));
            try (AgentJvm agent = AgentJvm.start(place.agent(), folder, settings, Optional.empty())) {
                awaitOnline(cloud, device, true);
                requireStopped(agent);
            }
            String old = agedCertificate(cloud, device, Files.readString(certificate));
            Files.writeString(certificate, old);
            awaitOnline(cloud, device, false);
            cloud.operator()
                    .json("PUT", "/api/v1/devices/" + device + "/model", Map.of("modelId", modelId))
                    .require(200);
            FaultProxy mqtt = cloud.agentsMqtt();
            mqtt.bytesSent();
            // It asks for a certificate as soon as it starts; the answer comes in the middle of the download.
            https.set(Weather.FROZEN);
            try (AgentJvm agent = AgentJvm.start(place.agent(), folder, settings, Optional.empty())) {
                mqtt.setAfterBytes(model.length / 2, Weather.FROZEN, PATIENCE);
                try {
                    https.set(Weather.FAIR);
                    Until.holds(
                            "another certificate is there",
                            () -> !Files.readString(certificate).equals(old));
                } finally {
                    mqtt.set(Weather.FAIR);
                }
                books.awaitEvent(Event.Kind.KIND_FETCHED);
                requireFetchedOnce(mqtt.bytesSent(), model.length);
                books.awaitEvent(Event.Kind.KIND_SWITCHED);
                awaitOnline(cloud, device, true);
                books.requireComplete();
                requireStopped(agent);
            }
            awaitOnline(cloud, device, false);
        }
        cloud.requireWell();
    }

    private static Map<String, String> settings(Installation cloud, DeviceId device, Path folder, URI controller)
            throws Exception {
        String bundle = cloud.operator()
                .post("/api/v1/claim-tokens", Map.of("deviceId", device.value()))
                .require(201)
                .json()
                .path("bundle")
                .asText();
        return new HashMap<>(Map.of(
                "device.id",
                device.value(),
                "claim.bundle",
                bundle,
                "controller.url",
                controller.toString(),
                "state.dir",
                folder.resolve("state").toString(),
                "serve.port",
                "0",
                "telemetry.window.millis",
                "200"));
    }

    /** A model of some megabytes, which the controller has looked at. */
    private static String ready(Installation cloud, byte[] model) throws Exception {
        String id = cloud.operator()
                .upload("/api/v1/models?name=rotation", model)
                .require(202)
                .json()
                .path("id")
                .asText();
        Until.holds("model " + id + " is ready", () -> {
            String state = cloud.operator()
                    .get("/api/v1/models/" + id)
                    .require(200)
                    .json()
                    .path("state")
                    .asText();
            if (state.equals("invalid")) {
                throw new IllegalStateException("the model is refused: "
                        + cloud.operator().get("/api/v1/models/" + id).body());
            }
            return state.equals("ready");
        });
        return id;
    }

    private static byte[] model() {
        NetworkBuilder net = new NetworkBuilder("rotation", new Random(1));
        return OnnxWriter.write(net.build(net.gemm(
                net.relu(net.gemm(net.flatten(net.input("x", 1, INPUTS, INPUTS)), HIDDEN)), 10)));
    }

    /** One for the same key, of some days ago. */
    private static String agedCertificate(Installation cloud, DeviceId device, String present) {
        X509Certificate certificate = Pem.certificates(present).get(0);
        return Pem.of(cloud.authority(Clock.offset(Clock.systemUTC(), AGE.negated()))
                .authority()
                .device(
                        new SigningRequest(certificate.getPublicKey()),
                        new CertifiedSubject.Device("default", device),
                        LIFE));
    }

    private static void awaitOnline(Installation cloud, DeviceId device, boolean online) throws Exception {
        Until.holds(device + (online ? " is online" : " is offline"), () -> {
            var view = cloud.operator().get("/api/v1/devices/" + device);
            return view.status() == 200 && view.json().path("online").asBoolean() == online;
        });
    }

    private static void requireStopped(AgentJvm agent) throws InterruptedException {
        int code = agent.stop();
        if (code != 0) {
            throw new IllegalStateException("the agent stopped with code " + code);
        }
    }

    private static void requireFetchedOnce(long bytes, int modelBytes) {
        long most = modelBytes + (WINDOW + 1L) * CHUNK_BYTES + BaseSuite.make().bytes().length;
        if (bytes < modelBytes || bytes > most) {
            throw new IllegalStateException(bytes + " bytes came for a model of " + modelBytes
                    + "; with a window that comes twice and the base suite after it, it is at most " + most);
        }
    }
}
