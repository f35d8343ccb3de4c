package io.espalier.controller.upgrade;

import static io.espalier.controller.Operator.enrol;
import static io.espalier.controller.Operator.operator;
import static io.espalier.controller.Operator.uploader;
import static io.espalier.controller.upgrade.Ordering.orderForGroup;
import static io.espalier.controller.upgrade.Ordering.upload;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import io.espalier.controller.Eventually;
import io.espalier.controller.FakeAgent;
import io.espalier.controller.Servers;
import io.espalier.proto.v1.ArtifactKind;
import io.espalier.proto.v1.Desired;
import io.espalier.proto.v1.Manifest;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** Programs and orders on the API, with agents that say what a test wants them to say. */
@QuarkusTest
@WithTestResource(Servers.class)
@SuppressWarnings("NullAway.Init") // Quarkus fills the fields.
class UpgradeIT {

    @Inject
    @ConfigProperty(name = "espalier.mqtt.url")
    String mqttUrl;

    @Test
    void takesAProgramOnceAndSaysWhatItIs() {
        byte[] archive = ToyProgram.of("3.0.0", ToyProgram.ARM64).archive();
        String digest = upload(archive);

        assertThat(upload(archive)).isEqualTo(digest);
        operator()
                .get("/api/v1/programs/" + digest)
                .then()
                .body("version", is("3.0.0"))
                .body("arch", is("aarch64"));
        operator().get("/api/v1/programs").then().body("digest", hasItem(digest));
    }

    @Test
    void refusesWhatIsNoProgramAndRequestsThatNameNone() {
        uploader()
                .body(new byte[] {1, 2, 3})
                .post("/api/v1/programs")
                .then()
                .statusCode(400)
                .contentType("application/problem+json")
                .body("type", is("urn:espalier:problem:unusable-program"));
        given().contentType("application/octet-stream")
                .body(new byte[] {1})
                .post("/api/v1/programs")
                .then()
                .statusCode(401);
        operator()
                .body("{\"program\":\"" + "0".repeat(64) + "\",\"group\":\"default\"}")
                .post("/api/v1/upgrades")
                .then()
                .statusCode(400)
                .body("field", is("program"));
        String program = upload(ToyProgram.of("3.0.1", ToyProgram.AMD64).archive());
        operator()
                .body("{\"program\":\"" + program + "\"}")
                .post("/api/v1/upgrades")
                .then()
                .statusCode(400)
                .body("field", is("devices"));
        operator()
                .body("{\"program\":\"" + program + "\",\"devices\":[\"nobody\"]}")
                .post("/api/v1/upgrades")
                .then()
                .statusCode(400)
                .body("detail", containsString("nobody"));
        operator()
                .body("{\"program\":\"" + program + "\",\"devices\":[null]}")
                .post("/api/v1/upgrades")
                .then()
                .statusCode(400)
                .body("field", is("devices"));
        enrol("mute", "upgrade-mute");
        operator()
                .body("{\"program\":\"" + program + "\",\"group\":\"upgrade-mute\"}")
                .post("/api/v1/upgrades")
                .then()
                .statusCode(409)
                .body("type", is("urn:espalier:problem:nothing-to-upgrade"))
                .body("detail", containsString("not reported yet"));
    }

    @Test
    void bringsAProgramToOneDeviceAndThenToTheNext() throws Exception {
        String program = upload(ToyProgram.of("2.0.0", ToyProgram.AMD64).archive());
        enrol("up-a", "upgrade");
        enrol("up-b", "upgrade");
        try (FakeAgent a = new FakeAgent("up-a", mqttUrl);
                FakeAgent b = new FakeAgent("up-b", mqttUrl)) {
            a.programs("1.0.0", "", "", "");
            b.programs("1.0.0", "", "", "");
            reports("up-a", "1.0.0");
            reports("up-b", "1.0.0");

            String order = orderForGroup(program, "upgrade");
            assertThat(a.awaitDesired(Desired::hasAgent).getAgent().getArtifactDigest())
                    .isEqualTo(program);
            Manifest manifest = a.manifest(program);
            assertThat(manifest.getKind()).isEqualTo(ArtifactKind.ARTIFACT_KIND_AGENT);
            assertThat(manifest.getAgent().getArch()).isEqualTo("amd64");
            operator()
                    .get("/api/v1/upgrades/" + order)
                    .then()
                    .body("state", is("running"))
                    .body("devices.state", is(List.of("under-way", "waiting")));

            a.programs("2.0.0", program, "", "");
            assertThat(b.awaitDesired(Desired::hasAgent).getAgent().getArtifactDigest())
                    .isEqualTo(program);
            a.awaitDesired(desired -> !desired.hasAgent());
            b.programs("2.0.0", program, "", "");

            Eventually.holds(() -> operator()
                    .get("/api/v1/upgrades/" + order)
                    .then()
                    .body("state", is("done"))
                    .body("program.version", is("2.0.0"))
                    .body("devices.versionBefore", is(List.of("1.0.0", "1.0.0")))
                    .body("devices.state", is(List.of("upgraded", "upgraded"))));
            operator()
                    .get("/api/v1/upgrades")
                    .then()
                    .body("find { it.id == '" + order + "' }.state", is("done"))
                    .body("find { it.id == '" + order + "' }.program.version", is("2.0.0"))
                    .body("find { it.id == '" + order + "' }.deviceCounts", is(Map.of("upgraded", 2)));
            operator()
                    .get("/api/v1/devices/up-b")
                    .then()
                    .body("agentVersion", is("2.0.0"))
                    .body("agent.programDigest", is(program))
                    .body("agent.upgradable", is(true))
                    .body("agent.upgrade.state", is("upgraded"))
                    .body("agent.upgrade.version", is("2.0.0"));
            operator().get("/api/v1/devices/up-b/events").then().body("text", hasItem("Is agent 2.0.0 now."));
        }
    }

    @Test
    void stopsWhereADeviceGoesBackAndSaysSo() throws Exception {
        String program = upload(ToyProgram.of("2.0.1", ToyProgram.AMD64).archive());
        enrol("down-a", "downgrade");
        enrol("down-b", "downgrade");
        try (FakeAgent a = new FakeAgent("down-a", mqttUrl);
                FakeAgent b = new FakeAgent("down-b", mqttUrl)) {
            a.programs("1.0.0", "", "", "");
            b.programs("1.0.0", "", "", "");
            reports("down-a", "1.0.0");
            reports("down-b", "1.0.0");
            String order = orderForGroup(program, "downgrade");
            a.awaitDesired(Desired::hasAgent);

            a.programs("1.0.0", "", program, "it never reported in");

            a.awaitDesired(desired -> !desired.hasAgent());
            operator()
                    .get("/api/v1/upgrades/" + order)
                    .then()
                    .body("state", is("stopped"))
                    .body("reason", is("down-a: it never reported in"))
                    .body("devices.state", is(List.of("failed", "left-out")));
            operator()
                    .get("/api/v1/devices/down-a")
                    .then()
                    .body("agentVersion", is("1.0.0"))
                    .body("agent.programDigest", nullValue())
                    .body("agent.refusedDigest", is(program))
                    .body("agent.refusedWhy", is("it never reported in"))
                    .body("agent.upgrade.state", is("failed"));
            operator()
                    .post("/api/v1/upgrades/" + order + "/cancel")
                    .then()
                    .statusCode(409)
                    .body("type", is("urn:espalier:problem:upgrade-finished"));
        }
    }

    @Test
    void takesBackWhatWasCancelled() throws Exception {
        String program = upload(ToyProgram.of("2.0.2", ToyProgram.AMD64).archive());
        enrol("off-a", "cancelled");
        try (FakeAgent a = new FakeAgent("off-a", mqttUrl)) {
            a.programs("1.0.0", "", "", "");
            reports("off-a", "1.0.0");
            String order = orderForGroup(program, "cancelled");
            a.awaitDesired(Desired::hasAgent);

            operator()
                    .body("{\"program\":\"" + program + "\",\"group\":\"cancelled\"}")
                    .post("/api/v1/upgrades")
                    .then()
                    .statusCode(409)
                    .body("detail", containsString("another order"));
            operator()
                    .post("/api/v1/upgrades/" + order + "/cancel")
                    .then()
                    .statusCode(200)
                    .body("devices.state", is(List.of("withdrawn")));

            a.awaitDesired(desired -> !desired.hasAgent());
        }
    }

    private static void reports(String device, String version) {
        Eventually.holds(
                () -> operator().get("/api/v1/devices/" + device).then().body("agent.version", is(version)));
    }
}
