package io.espalier.controller;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.espalier.controller.live.LiveEvents;
import io.espalier.controller.model.BaseModel;
import io.espalier.controller.model.InputScaling;
import io.espalier.controller.model.Inspection;
import io.espalier.controller.model.ModelCatalog;
import io.espalier.controller.model.ModelFiles;
import io.espalier.controller.model.ModelId;
import io.espalier.controller.model.ModelReady;
import io.espalier.controller.model.ModelState;
import io.espalier.controller.model.Recipe;
import io.espalier.proto.Sha256;
import io.espalier.proto.v1.Desired;
import io.espalier.proto.v1.Manifest;
import io.espalier.proto.v1.Need;
import io.espalier.proto.v1.TrialReport.Outcome;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(Servers.class)
@SuppressWarnings("NullAway.Init") // Quarkus fills the fields.
class FlowIT {
    @Inject
    ModelCatalog catalog;

    @Inject
    ModelFiles files;

    @Inject
    LiveEvents live;

    @Inject
    @ConfigProperty(name = "espalier.mqtt.url")
    String mqttUrl;

    private static @Nullable String session;

    private static synchronized RequestSpecification operator() {
        String token = session == null ? Operator.session() : session;
        session = token;
        return given().auth().oauth2(token).contentType("application/json");
    }

    @Test
    void deliversTheUnprunedModelAndItsSuitesAndLearnsItsLatency() throws Exception {
        BaseModel model = readyModel();
        Operator.enrol("flow-dense", "default");
        assign("flow-dense", model);
        try (FakeAgent agent = new FakeAgent("flow-dense", mqttUrl)) {
            Desired desired = agent.awaitDesired(wanted -> wanted.hasModel() && wanted.getMeasureCount() == 2);

            assertThat(desired.getModel().getUnconditional()).isTrue();
            assertThat(desired.getModel().getVariantDigest()).isEqualTo(String.valueOf(model.digest()));
            Manifest manifest = agent.manifest(desired.getModel().getArtifactDigest());
            assertThat(Sha256.of(manifest.toByteArray()).hex())
                    .isEqualTo(desired.getModel().getArtifactDigest());
            assertThat(manifest.getChunkSha256Count()).isEqualTo(2);
            assertThat(manifest.getFiles(0).getName()).isEqualTo("model.onnx");

            agent.tried(desired, Outcome.OUTCOME_ACCEPTED, 1000);
            Eventually.holds(() -> operator()
                    .get("/api/v1/devices/flow-dense")
                    .then()
                    .body("state", is("serving"))
                    .body("online", is(true))
                    .body("active.kind", is("dense"))
                    .body("active.trial.outcome", is("accepted"))
                    .body("dense.p95Micros", is(1000f)));
        }
    }

    @Test
    void publishesAgainWhatADeviceMissesAndServesItOverHttp() throws Exception {
        BaseModel model = readyModel();
        Operator.enrol("flow-need", "default");
        assign("flow-need", model);
        try (FakeAgent agent = new FakeAgent("flow-need", mqttUrl)) {
            String artifact = agent.awaitDesired(Desired::hasModel).getModel().getArtifactDigest();
            Sha256 name = new Sha256(artifact);
            byte[] chunk = agent.fetch("espalier/v1/default/artifacts/" + artifact + "/chunks/1");
            agent.send(
                    io.espalier.proto.Topics.DeviceChannel.NEED,
                    Need.newBuilder()
                            .setDeviceId("flow-need")
                            .setArtifactDigest(artifact)
                            .addChunks(1)
                            .setManifest(true)
                            .build()
                            .toByteArray(),
                    false);

            assertThat(agent.fetch("espalier/v1/default/artifacts/" + artifact + "/chunks/1"))
                    .isEqualTo(chunk);
            assertThat(given().get("/api/v1/artifacts/" + artifact + "/chunks/1")
                            .then()
                            .statusCode(200)
                            .extract()
                            .asByteArray())
                    .isEqualTo(chunk);
            assertThat(given().get("/api/v1/artifacts/" + name + "/manifest")
                            .then()
                            .statusCode(200)
                            .extract()
                            .asByteArray())
                    .isEqualTo(agent.release(artifact));
            given().get("/api/v1/artifacts/" + artifact + "/chunks/99").then().statusCode(404);
        }
    }

    @Test
    void refusesABudgetUnderTheFloorAndServesAsBefore() throws Exception {
        BaseModel model = readyModel();
        Operator.enrol("flow-floor", "default");
        assign("flow-floor", model);
        try (FakeAgent agent = new FakeAgent("flow-floor", mqttUrl)) {
            Desired desired = agent.awaitDesired(wanted -> wanted.hasModel() && wanted.getMeasureCount() == 2);
            agent.tried(desired, Outcome.OUTCOME_ACCEPTED, 1000);
            for (String suite : desired.getMeasureList()) {
                agent.measured(suite, 400);
            }
            // Asked for before, it would stand.
            Eventually.holds(() -> operator()
                    .get("/api/v1/devices/flow-floor/explanation")
                    .then()
                    .body("floorP95Micros", is(400f)));
            operator()
                    .body("{\"latencyP95Micros\":200}")
                    .put("/api/v1/devices/flow-floor/budget")
                    .then()
                    .statusCode(422)
                    .body("floorP95Micros", is(400f));
            Eventually.holds(() -> operator()
                    .get("/api/v1/devices/flow-floor")
                    .then()
                    .body("state", is("serving"))
                    .body("active.kind", is("dense"))
                    .body("refusal", nullValue()));
            operator()
                    .get("/api/v1/devices/flow-floor/events")
                    .then()
                    .statusCode(200)
                    .body("findAll { it.kind == 'budget-refused' }", hasSize(1))
                    .body("find { it.kind == 'budget-refused' }.text", containsString("400 µs"));
        }
    }

    @Test
    void asksAWorkerForAVariantOnceProfileAndBudgetAreThere() throws Exception {
        BaseModel model = readyModel();
        Operator.enrol("flow-plan", "default");
        assign("flow-plan", model);
        try (FakeAgent agent = new FakeAgent("flow-plan", mqttUrl)) {
            Desired desired = agent.awaitDesired(wanted -> wanted.hasModel() && wanted.getMeasureCount() == 2);
            agent.tried(desired, Outcome.OUTCOME_ACCEPTED, 1000);
            for (String suite : desired.getMeasureList()) {
                agent.measured(suite, 400);
            }
            operator()
                    .body("{\"latencyP95Micros\":700}")
                    .put("/api/v1/devices/flow-plan/budget")
                    .then()
                    .statusCode(200);
            // No worker is installed here: the job says so, and the device keeps its model.
            Eventually.holds(() -> operator()
                    .get("/api/v1/devices/flow-plan")
                    .then()
                    .body("state", is("failed"))
                    .body("stateDetail", containsString("espalier.worker.home"))
                    .body("active.kind", is("dense")));
            Eventually.holds(() -> operator()
                    .get("/api/v1/jobs?state=failed")
                    .then()
                    .body("findAll { it.modelId == '" + model.id() + "' }.kind", hasItem("prune")));
        }
    }

    @Test
    void anOldConnectionsWillDoesNotPutADeviceOffline() throws Exception {
        Operator.enrol("flow-will", "default");
        try (FakeAgent agent = new FakeAgent("flow-will", mqttUrl)) {
            Eventually.holds(
                    () -> operator().get("/api/v1/devices/flow-will").then().body("online", is(true)));
            agent.presence("an-older-session", false);
            agent.presence(false);
            Eventually.holds(() -> operator()
                    .get("/api/v1/devices/flow-will")
                    .then()
                    .body("online", is(false))
                    .body("state", is("offline")));
            operator()
                    .get("/api/v1/devices/flow-will/events")
                    .then()
                    .body("findAll { it.kind == 'offline' }", hasSize(1));
        }
    }

    @Test
    void aNewMachineUnderAnOldNameIsMeasuredAndServedAfresh() throws Exception {
        BaseModel model = readyModel();
        Operator.enrol("flow-replaced", "default");
        assign("flow-replaced", model);
        Desired former;
        try (FakeAgent agent = new FakeAgent("flow-replaced", mqttUrl)) {
            former = agent.awaitDesired(wanted -> wanted.hasModel() && wanted.getMeasureCount() == 2);
            agent.tried(former, Outcome.OUTCOME_ACCEPTED, 1000);
            for (String suite : former.getMeasureList()) {
                agent.measured(suite, 400);
            }
            Eventually.holds(() -> operator()
                    .get("/api/v1/devices/flow-replaced")
                    .then()
                    .body("state", is("serving"))
                    .body("dense.p95Micros", is(1000f)));
        }
        Operator.redeem(
                operator()
                        .post("/api/v1/devices/flow-replaced/replace")
                        .then()
                        .statusCode(201)
                        .extract()
                        .path("token"),
                "flow-replaced");
        operator()
                .get("/api/v1/devices/flow-replaced")
                .then()
                .body("active", nullValue())
                .body("dense", nullValue());
        // Its clock stands long before the former machine's, so its reports have the smaller epoch.
        try (FakeAgent agent = new FakeAgent("flow-replaced", mqttUrl, 1)) {
            Desired desired = agent.awaitDesired(wanted -> wanted.hasModel()
                    && wanted.getMeasureCount() == 2
                    && !wanted.getModel()
                            .getDeploymentId()
                            .equals(former.getModel().getDeploymentId()));
            assertThat(desired.getVersion()).isGreaterThan(former.getVersion());

            agent.tried(desired, Outcome.OUTCOME_ACCEPTED, 3000);
            Eventually.holds(() -> operator()
                    .get("/api/v1/devices/flow-replaced")
                    .then()
                    .body("state", is("serving"))
                    .body("dense.p95Micros", is(3000f)));
        }
    }

    @Test
    void aDeviceThatFoundSpaceAfterAllServes() throws Exception {
        BaseModel model = readyModel();
        Operator.enrol("flow-space", "default");
        assign("flow-space", model);
        try (FakeAgent agent = new FakeAgent("flow-space", mqttUrl)) {
            Desired desired = agent.awaitDesired(Desired::hasModel);
            agent.tried(desired, Outcome.OUTCOME_NO_SPACE, 0);
            Eventually.holds(() -> operator()
                    .get("/api/v1/devices/flow-space")
                    .then()
                    .body("stateDetail", containsString("no space")));

            agent.tried(desired, Outcome.OUTCOME_ACCEPTED, 1000);
            Eventually.holds(() -> operator()
                    .get("/api/v1/devices/flow-space")
                    .then()
                    .body("state", is("serving"))
                    .body("active.trial.outcome", is("accepted")));
        }
    }

    @Test
    void whatADeviceSaysItRunsIsShownAsServing() throws Exception {
        BaseModel first = readyModel();
        BaseModel second = readyModel();
        Operator.enrol("flow-says", "default");
        assign("flow-says", first);
        try (FakeAgent agent = new FakeAgent("flow-says", mqttUrl)) {
            Desired ofFirst = agent.awaitDesired(Desired::hasModel);
            assign("flow-says", second);
            Desired ofSecond = agent.awaitDesired(wanted ->
                    wanted.hasModel() && wanted.getModel().getVariantDigest().equals(String.valueOf(second.digest())));
            agent.tried(ofSecond, Outcome.OUTCOME_ACCEPTED, 1000);
            Eventually.holds(() -> operator()
                    .get("/api/v1/devices/flow-says")
                    .then()
                    .body("active.variantDigest", is(String.valueOf(second.digest()))));

            // It had accepted the first one when the second had already taken its place.
            agent.tried(ofFirst, Outcome.OUTCOME_ACCEPTED, 1000);
            Eventually.holds(() -> operator()
                    .get("/api/v1/devices/flow-says")
                    .then()
                    .body("active.variantDigest", is(String.valueOf(first.digest()))));
        }
    }

    @Test
    void aModelThatServedAndDoesNotLoadAnyMoreIsNotShownAsServing() throws Exception {
        BaseModel first = readyModel();
        BaseModel second = readyModel();
        Operator.enrol("flow-quarantine", "default");
        assign("flow-quarantine", first);
        try (FakeAgent agent = new FakeAgent("flow-quarantine", mqttUrl)) {
            Desired ofFirst = agent.awaitDesired(Desired::hasModel);
            agent.tried(ofFirst, Outcome.OUTCOME_ACCEPTED, 1000);
            assign("flow-quarantine", second);
            Desired ofSecond = agent.awaitDesired(wanted ->
                    wanted.hasModel() && wanted.getModel().getVariantDigest().equals(String.valueOf(second.digest())));
            agent.tried(ofSecond, Outcome.OUTCOME_ACCEPTED, 1000);
            Eventually.holds(() -> operator()
                    .get("/api/v1/devices/flow-quarantine")
                    .then()
                    .body("state", is("serving"))
                    .body("active.variantDigest", is(String.valueOf(second.digest()))));

            agent.fellBack(ofSecond, ofFirst, "the agent died while loading it");
            agent.fellBack(ofSecond, ofFirst, "the agent died while loading it");

            Eventually.holds(() -> operator()
                    .get("/api/v1/devices/flow-quarantine")
                    .then()
                    .body("state", is("failed"))
                    .body("stateDetail", containsString("the agent died while loading it"))
                    .body("active.variantDigest", is(String.valueOf(first.digest())))
                    .body("active.trial.outcome", is("accepted")));
            operator()
                    .get("/api/v1/deployments?deviceId=flow-quarantine")
                    .then()
                    .body("[0].variantDigest", is(String.valueOf(second.digest())))
                    .body("[0].state", is("refused"))
                    .body("[0].trial.outcome", is("does-not-load"));
            operator()
                    .get("/api/v1/devices/flow-quarantine/events")
                    .then()
                    .body("findAll { it.kind == 'refused' }", hasSize(1))
                    .body("find { it.kind == 'refused' }.text", containsString("the agent died while loading it"));
        }
    }

    @Test
    void whoseUnprunedModelDoesNotLoadAnyMoreIsPlannedForByWhatItMeasuredOfIt() throws Exception {
        Operator.enrol("flow-given-up", "default");
        assign("flow-given-up", readyModel());
        try (FakeAgent agent = new FakeAgent("flow-given-up", mqttUrl)) {
            Desired desired = agent.awaitDesired(wanted -> wanted.hasModel() && wanted.getMeasureCount() == 2);
            agent.tried(desired, Outcome.OUTCOME_ACCEPTED, 1000);
            for (String suite : desired.getMeasureList()) {
                agent.measured(suite, 400);
            }
            Eventually.holds(
                    () -> operator().get("/api/v1/devices/flow-given-up").then().body("state", is("serving")));

            agent.fellBack(desired, Desired.getDefaultInstance(), "the agent died while loading it");

            Eventually.holds(() -> operator()
                    .get("/api/v1/devices/flow-given-up")
                    .then()
                    .body("state", is("failed"))
                    .body("stateDetail", containsString("the agent died while loading it")));
            operator()
                    .get("/api/v1/deployments?deviceId=flow-given-up")
                    .then()
                    .body("[0].state", is("refused"))
                    .body("[0].detail", is("the agent died while loading it"))
                    .body("[0].trial.outcome", is("does-not-load"))
                    .body("[0].trial.samples", is(500))
                    .body("[0].trial.p50Micros", is(900f))
                    .body("[0].trial.p95Micros", is(1000f));

            operator()
                    .body("{\"latencyP95Micros\":700}")
                    .put("/api/v1/devices/flow-given-up/budget")
                    .then()
                    .statusCode(200);
            // No worker is installed here: that is how far a plan comes.
            Eventually.holds(() -> operator()
                    .get("/api/v1/devices/flow-given-up")
                    .then()
                    .body("stateDetail", containsString("espalier.worker.home")));
        }
    }

    @Test
    void twoModelsOfOneFileKeepTheirOwnAccuracies() throws Exception {
        byte[] onnx = new byte[1000];
        new SecureRandom().nextBytes(onnx);
        BaseModel one = readyModel(onnx, 0.91);
        Operator.enrol("flow-one-file", "default");
        assign("flow-one-file", one);
        try (FakeAgent agent = new FakeAgent("flow-one-file", mqttUrl)) {
            agent.tried(agent.awaitDesired(Desired::hasModel), Outcome.OUTCOME_ACCEPTED, 1000);
            BaseModel other = readyModel(onnx, 0.52);
            Operator.enrol("flow-same-file", "default");
            assign("flow-same-file", other);
            try (FakeAgent second = new FakeAgent("flow-same-file", mqttUrl)) {
                second.tried(second.awaitDesired(Desired::hasModel), Outcome.OUTCOME_ACCEPTED, 1000);
                Eventually.holds(() ->
                        operator().get("/api/v1/devices/flow-same-file").then().body("active.accuracy", is(0.52f)));
                operator().get("/api/v1/devices/flow-one-file").then().body("active.accuracy", is(0.91f));
            }
        }
    }

    @Test
    void pinsAndUnpins() throws Exception {
        BaseModel model = readyModel();
        Operator.enrol("flow-pin", "default");
        assign("flow-pin", model);
        try (FakeAgent agent = new FakeAgent("flow-pin", mqttUrl)) {
            Desired first = agent.awaitDesired(Desired::hasModel);
            agent.tried(first, Outcome.OUTCOME_ACCEPTED, 1000);
            Eventually.holds(
                    () -> operator().get("/api/v1/devices/flow-pin").then().body("state", is("serving")));
            operator().post("/api/v1/devices/flow-pin/undo").then().statusCode(409);
            operator()
                    .body("{\"variantDigest\":\"" + model.digest() + "\"}")
                    .post("/api/v1/devices/flow-pin/pin")
                    .then()
                    .statusCode(200)
                    .body("pinned", is(true));
            operator()
                    .body("{\"variantDigest\":\"" + Sha256.of(new byte[] {7}) + "\"}")
                    .post("/api/v1/devices/flow-pin/pin")
                    .then()
                    .statusCode(404);
            operator().delete("/api/v1/devices/flow-pin/pin").then().body("pinned", is(false));
            operator()
                    .get("/api/v1/deployments?deviceId=flow-pin")
                    .then()
                    .body("[0].kind", is("dense"))
                    .body("[0].trial.p95Micros", is(1000f));
            operator()
                    .get("/api/v1/variants/" + model.digest())
                    .then()
                    .body("kind", is("dense"))
                    .body("artifactDigest", notNullValue());
            assertThat(operator()
                            .get("/api/v1/variants/" + model.digest() + "/model.onnx")
                            .then()
                            .statusCode(200)
                            .extract()
                            .asByteArray())
                    .hasSize(300_000);
        }
    }

    private BaseModel readyModel() throws IOException {
        byte[] onnx = new byte[300_000];
        new SecureRandom().nextBytes(onnx);
        return readyModel(onnx, 0.97);
    }

    private BaseModel readyModel(byte[] onnx, double accuracy) throws IOException {
        ModelId id = ModelId.draw(new SecureRandom());
        Files.createDirectories(files.of(id));
        Files.write(files.onnx(id), onnx);
        Files.write(files.golden(id), new byte[] {1});
        Files.write(files.baseSuite(id), new byte[] {2});
        Files.write(files.modelSuite(id), id.value().getBytes(StandardCharsets.UTF_8));
        catalog.add(new BaseModel(
                id,
                "digits",
                ModelState.INSPECTING,
                null,
                Sha256.of(onnx),
                InputScaling.RAW,
                Recipe.USUAL,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                Instant.now()));
        catalog.ready(
                id,
                new Inspection(Map.of(
                        "inputShape",
                        List.of(1, 28, 28),
                        "layout",
                        "NCHW",
                        "classNames",
                        List.of("a", "b"),
                        "accuracy",
                        accuracy,
                        "sizeBytes",
                        300_000)));
        live.publish(new ModelReady(id));
        return catalog.find(id).orElseThrow();
    }

    private static void assign(String device, BaseModel model) {
        operator()
                .body("{\"modelId\":\"" + model.id() + "\"}")
                .put("/api/v1/devices/" + device + "/model")
                .then()
                .statusCode(200);
    }
}
