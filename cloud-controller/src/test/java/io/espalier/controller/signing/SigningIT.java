package io.espalier.controller.signing;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.controller.Csr;
import io.espalier.controller.Eventually;
import io.espalier.controller.FakeAgent;
import io.espalier.controller.Operator;
import io.espalier.controller.Servers;
import io.espalier.controller.artifact.AgentLabel;
import io.espalier.controller.artifact.ArtifactPart;
import io.espalier.controller.artifact.Artifacts;
import io.espalier.controller.artifact.InputSpec;
import io.espalier.controller.artifact.VariantLabel;
import io.espalier.controller.deployment.DeploymentRequest;
import io.espalier.controller.deployment.DesiredState;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import io.espalier.proto.Topics;
import io.espalier.proto.Topics.DeviceChannel;
import io.espalier.proto.v1.Assignment;
import io.espalier.proto.v1.Presence;
import io.espalier.proto.v1.Release;
import io.espalier.signing.KeyFolder;
import io.espalier.signing.Passphrase;
import io.espalier.signing.RootDraft;
import io.espalier.signing.Signer;
import io.espalier.signing.cli.SigningMain;
import io.espalier.trust.Role;
import io.espalier.trust.TrustStore;
import io.espalier.trust.TrustStore.Moment;
import io.espalier.trust.TrustedRoot;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What leaves the controller, judged by the rules of a device. */
@QuarkusTest
@WithTestResource(Servers.class)
@SuppressWarnings("NullAway.Init") // Quarkus fills the fields.
class SigningIT {
    private static final Topics TOPICS = new Topics("default");
    private static final Moment NOW = new Moment(Instant.now(), true);

    @Inject
    Artifacts artifacts;

    @Inject
    DesiredState desired;

    @Inject
    @ConfigProperty(name = "espalier.mqtt.url")
    String mqttUrl;

    @Inject
    @ConfigProperty(name = "espalier.data.dir")
    Path dataFolder;

    @TempDir
    Path folder;

    @Test
    void signsWhatADeviceBelievesAndAnswersItsNonce() throws Exception {
        DeviceId device = new DeviceId("signed-1");
        TrustStore trust = enrol(device);
        Sha256 variant = variant("dense", true);
        deploy(device, variant);
        try (FakeAgent agent = new FakeAgent(device.value(), mqttUrl);
                FakeAgent reader = new FakeAgent("signed-1-reader", mqttUrl)) {
            agent.awaitDesired(wanted -> wanted.hasModel());
            agent.send(
                    DeviceChannel.PRESENCE,
                    Presence.newBuilder()
                            .setDeviceId(device.value())
                            .setSessionId("s")
                            .setOnline(true)
                            .setNonce("n1")
                            .build()
                            .toByteArray(),
                    true);

            Eventually.holds(() ->
                    assertThat(assignment(trust, reader, device).getNonce()).isEqualTo("n1"));

            Assignment assignment = assignment(trust, reader, device);
            Release release = release(trust, reader, variant);
            assertThat(release.getVersion()).isEqualTo(assignment.getReleaseVersion());
        }
    }

    @Test
    void releasesAFormerModelAnewUnderALaterVersion() throws Exception {
        DeviceId device = new DeviceId("signed-2");
        TrustStore trust = enrol(device);
        Sha256 first = variant("first", false);
        Sha256 second = variant("second", false);
        try (FakeAgent reader = new FakeAgent("signed-2-reader", mqttUrl)) {
            long last = 0;
            for (Sha256 each : List.of(first, second, first)) {
                deploy(device, each);
                Eventually.holds(() -> assertThat(assignment(trust, reader, device)
                                .getDesired()
                                .getModel()
                                .getArtifactDigest())
                        .isEqualTo(each.hex()));
                long version = assignment(trust, reader, device).getReleaseVersion();
                assertThat(version).isGreaterThan(last);
                last = version;
            }
        }
    }

    @Test
    void restrictsPrunedVariantsToClassesAndNothingElse() throws Exception {
        DeviceId device = new DeviceId("signed-4");
        TrustStore trust = enrol(device);
        Path program = Files.write(folder.resolve("edge-agent.jar"), new byte[] {3});
        Sha256 pruned = variant("pruned", false);
        Sha256 dense = variant("whole", true);
        Sha256 agent = artifacts.putAgent(
                List.of(new ArtifactPart("edge-agent.jar", program)), new AgentLabel("1.0.0", "amd64"));
        try (FakeAgent reader = new FakeAgent("signed-4-reader", mqttUrl)) {
            for (Sha256 each : List.of(pruned, dense, agent)) {
                artifacts.release(device, each, "a-class");
                artifacts.want(each);
            }

            Eventually.holds(
                    () -> assertThat(release(trust, reader, pruned, "a-class").getDeviceClassesList())
                            .containsExactly("a-class"));
            for (Sha256 each : List.of(dense, agent)) {
                Eventually.holds(
                        () -> assertThat(release(trust, reader, each, "any").getDeviceClassesList())
                                .isEmpty());
            }
        }
    }

    @Test
    void takesANewRootFromItsFolderAndSignsEverythingAnew() throws Exception {
        DeviceId device = new DeviceId("signed-3");
        TrustStore before = enrol(device);
        Sha256 variant = variant("rotated", true);
        deploy(device, variant);
        try (FakeAgent reader = new FakeAgent("signed-3-reader", mqttUrl)) {
            Eventually.holds(() -> assertThat(
                            assignment(before, reader, device).getDesired().hasModel())
                    .isTrue());

            TrustedRoot next = rotateRelease();

            TrustStore after =
                    before.follow(reader.fetch(TOPICS.root(next.version()))).orThrow();
            Eventually.holds(() ->
                    assertThat(release(after, reader, variant).getGeneration()).isEqualTo(next.version()));
            assertThat(assignment(after, reader, device).getDesired().hasModel())
                    .isTrue();
        }
    }

    @Test
    void givesOutAnArtifactThatVerifiesOffline() throws Exception {
        Sha256 variant = variant("offline", true);
        Path bundle = folder.resolve("bundle.zip");
        Path root = folder.resolve("first.root");
        Eventually.holds(() ->
                given().get("/api/v1/artifacts/" + variant + "/bundle").then().statusCode(200));

        Files.write(
                bundle, given().get("/api/v1/artifacts/" + variant + "/bundle").asByteArray());
        Files.write(root, given().get("/api/v1/roots/1").asByteArray());

        StringWriter said = new StringWriter();
        int code = SigningMain.run(
                new PrintWriter(said, true),
                new PrintWriter(said, true),
                "artifact",
                "verify",
                bundle.toString(),
                "--root",
                root.toString());
        assertThat(code).as(said.toString()).isZero();
        given().get("/api/v1/artifacts/" + "0".repeat(64) + "/bundle").then().statusCode(404);
    }

    private TrustedRoot rotateRelease() {
        KeyFolder keys = new KeyFolder(dataFolder.resolve("signing"));
        char[] passphrase = Passphrase.read(dataFolder.resolve("keys/signing.passphrase"));
        Signer fresh = Signer.draw();
        keys.add(Role.RELEASE, fresh, passphrase, new SecureRandom());
        TrustedRoot root = keys.root();
        RootDraft draft = RootDraft.after(root).add(Role.RELEASE, fresh.publicKey());
        root.role(Role.RELEASE).keys().keySet().forEach(id -> draft.remove(Role.RELEASE, id));
        keys.append(Signer.envelope(
                Role.ROOT,
                draft.build(Instant.now(), Duration.ofDays(365)).toByteArray(),
                keys.signers(Role.ROOT, passphrase)));
        return keys.root();
    }

    private static Assignment assignment(TrustStore trust, FakeAgent reader, DeviceId device) {
        try {
            byte[] envelope = reader.fetch(TOPICS.device(device, DeviceChannel.DESIRED));
            return trust.judgeAssignment(envelope, device, false, NOW).orThrow();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static Release release(TrustStore trust, FakeAgent reader, Sha256 artifact) {
        return release(trust, reader, artifact, "any");
    }

    private static Release release(TrustStore trust, FakeAgent reader, Sha256 artifact, String deviceClass) {
        try {
            return trust.judgeRelease(reader.release(artifact.hex()), artifact, deviceClass, 0, Instant.now())
                    .orThrow();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void deploy(DeviceId device, Sha256 artifact) {
        desired.deploy(new DeploymentRequest(
                device, "m-signing", Sha256.of(new byte[] {1}), artifact, true, true, null, null, "test", null));
    }

    private Sha256 variant(String name, boolean dense) throws Exception {
        Path model = folder.resolve(name + ".onnx");
        Files.writeString(model, name + "-" + System.nanoTime());
        Sha256 digest = Sha256.of(Files.readAllBytes(model));
        return artifacts.putVariant(
                List.of(new ArtifactPart("model.onnx", model)),
                new VariantLabel(
                        digest,
                        dense ? digest : Sha256.of(new byte[] {2}),
                        new InputSpec("NCHW", List.of(1, 2, 2), 1, List.of(), List.of(), List.of())));
    }

    private static TrustStore enrol(DeviceId device) throws Exception {
        String session = Operator.session();
        String token = given().auth()
                .oauth2(session)
                .contentType("application/json")
                .body("{}")
                .post("/api/v1/claim-tokens")
                .path("token");
        String trust = given().contentType("application/json")
                .body("{\"token\":\"" + token + "\",\"deviceId\":\"" + device + "\",\"nonce\":\"n\",\"csr\":\""
                        + Csr.fresh() + "\"}")
                .post("/api/v1/enrol")
                .then()
                .statusCode(200)
                .extract()
                .path("trust");
        return TrustStore.parse(Base64.getDecoder().decode(trust)).orThrow();
    }
}
