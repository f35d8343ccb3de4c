package io.espalier.controller;

import static io.espalier.controller.Operator.operator;
import static io.espalier.controller.Operator.session;
import static io.espalier.controller.Operator.uploader;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.espalier.tls.CertificateRequest;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(Servers.class)
class ApiIT {
    private static final Map<String, KeyPair> KEYS = new ConcurrentHashMap<>();

    private static String claim(String body) {
        return operator()
                .body(body)
                .post("/api/v1/claim-tokens")
                .then()
                .statusCode(201)
                .extract()
                .path("token");
    }

    /** With a key for each device and nonce. */
    private static io.restassured.response.ValidatableResponse enrol(String token, String device, String nonce) {
        return enrol(
                token,
                device,
                nonce,
                KEYS.computeIfAbsent(device + "/" + nonce, name -> CertificateRequest.drawKey(new SecureRandom())));
    }

    private static io.restassured.response.ValidatableResponse enrol(
            String token, String device, String nonce, KeyPair key) {
        return given().contentType("application/json")
                .body("{\"token\":\"" + token + "\",\"deviceId\":\"" + device + "\",\"csr\":\"" + Csr.of(key)
                        + "\",\"agentVersion\":\"1\",\"nonce\":\"" + nonce + "\"}")
                .post("/api/v1/enrol")
                .then();
    }

    @Test
    void enrolsOncePerTokenAndAnswersALostCallAgain() {
        String token = claim("{\"group\":\"line-3\",\"labels\":{\"site\":\"north\"}}");

        String first = enrol(token, "camera-1", "n1").statusCode(200).extract().asString();
        String again = enrol(token, "camera-1", "n1").statusCode(200).extract().asString();
        org.assertj.core.api.Assertions.assertThat(again).isEqualTo(first);

        enrol(token, "camera-1", "n2")
                .statusCode(409)
                .contentType("application/problem+json")
                .body("type", is("urn:espalier:problem:claim-token-used"));
        enrol("esp_nothing", "camera-9", "n1")
                .statusCode(401)
                .body("type", is("urn:espalier:problem:claim-token-unknown"));
        enrol(claim("{}"), "camera-1", "n3").statusCode(409).body("type", is("urn:espalier:problem:duplicate-device"));

        operator()
                .get("/api/v1/devices/camera-1")
                .then()
                .statusCode(200)
                .body("group", is("line-3"))
                .body("labels.site", is("north"))
                .body("state", is("enrolled"))
                .body("simulatedSlowdown", is(1))
                .body("budget", nullValue())
                .body("active", nullValue());
        operator().get("/api/v1/devices?search=NORTH").then().body("id", hasItem("camera-1"));
        operator().get("/api/v1/devices?search=south").then().body("id", not(hasItem("camera-1")));
        operator().get("/api/v1/groups").then().body("name", hasItem("line-3"));
    }

    @Test
    void movesRetiresAndReplacesADevice() {
        enrol(claim("{}"), "mover", "n").statusCode(200);

        operator()
                .body("{\"group\":\"other\",\"labels\":{\"a\":\"b\"}}")
                .patch("/api/v1/devices/mover")
                .then()
                .statusCode(200)
                .body("group", is("other"));
        operator().post("/api/v1/devices/mover/retire").then().statusCode(200).body("retired", is(true));
        operator().get("/api/v1/devices").then().body("id", not(hasItem("mover")));
        operator().get("/api/v1/devices?state=retired").then().body("id", hasItem("mover"));
        String token = operator()
                .post("/api/v1/devices/mover/replace")
                .then()
                .statusCode(201)
                .extract()
                .path("token");
        enrol(token, "mover", "m").statusCode(200);
        operator()
                .get("/api/v1/devices/mover")
                .then()
                .body("state", is("enrolled"))
                .body("group", is("other"));
    }

    @Test
    void keepsABudgetAndRefusesAnImpossibleOne() {
        enrol(claim("{\"group\":\"budgeted\"}"), "thrifty", "n").statusCode(200);

        operator()
                .body("{\"latencyP95Micros\":900.5}")
                .put("/api/v1/groups/budgeted/budget")
                .then()
                .statusCode(200);
        operator().get("/api/v1/devices/thrifty").then().body("budget.source", is("group"));
        operator()
                .body("{\"latencyP95Micros\":500}")
                .put("/api/v1/devices/thrifty/budget")
                .then()
                .statusCode(200)
                .body("source", is("device"));
        operator().get("/api/v1/devices/thrifty").then().body("budget.latencyP95Micros", equalTo(500.0f));
        for (String bad : new String[] {"-3", "0", "\"NaN\"", "\"quick\"", "1e400"}) {
            operator()
                    .body("{\"latencyP95Micros\":" + bad + "}")
                    .put("/api/v1/devices/thrifty/budget")
                    .then()
                    .statusCode(400)
                    .contentType("application/problem+json")
                    .body("detail", containsString("latencyP95Micros"));
        }
        problem(
                operator().body("{}").put("/api/v1/devices/thrifty/budget"),
                400,
                "invalid-request",
                "A budget needs at least one constraint");
        for (String known : new String[] {"", "\"sizeBytes\":7,", "\"sizeBytes\":-7,"}) {
            problem(
                            operator().body("{" + known + "\"latencyMs\":1}").put("/api/v1/devices/thrifty/budget"),
                            400,
                            "invalid-request",
                            "Unknown field \"latencyMs\"")
                    .body("field", is("latencyMs"));
        }
        operator()
                .body("{\"sizeBytes\":-1}")
                .put("/api/v1/groups/budgeted/budget")
                .then()
                .statusCode(400);
        problem(
                operator().body("{\"energyMillijoules\":3}").put("/api/v1/devices/thrifty/budget"),
                422,
                "energy-not-supported",
                "neither planned nor measured");
        operator()
                .body("{\"latencyP95Micros\":1}")
                .put("/api/v1/devices/nobody/budget")
                .then()
                .statusCode(404);
        operator().delete("/api/v1/devices/thrifty/budget").then().statusCode(204);
        operator().get("/api/v1/devices/thrifty/budget").then().body("source", is("group"));
    }

    @Test
    void namesTheFieldThatIsWrong() {
        operator()
                .body("{\"grup\":\"x\"}")
                .post("/api/v1/claim-tokens")
                .then()
                .statusCode(400)
                .contentType("application/problem+json")
                .body("field", is("grup"))
                .body("detail", containsString("expiresInSeconds"));
        operator()
                .body("{\"group\":\"no spaces\"}")
                .post("/api/v1/claim-tokens")
                .then()
                .statusCode(400)
                .body("detail", containsString("no spaces"));
        operator()
                .body("{not json")
                .post("/api/v1/claim-tokens")
                .then()
                .statusCode(400)
                .body("type", is("urn:espalier:problem:invalid-json"));
        operator().get("/api/v1/devices/not.legal").then().statusCode(400).body("detail", containsString("not.legal"));
        operator().get("/api/v1/devices/nobody").then().statusCode(404).contentType("application/problem+json");
    }

    @Test
    void answersWhateverIsWrongWithARequestByAProblemOfAStableType() {
        RequestSpecification operator = operator();
        problem(operator.get("/api/v1/nothing-here"), 404, "not-found", "Nothing is at GET");
        problem(operator.get("/api/v1/models/m-0123456789ab"), 404, "not-found", "m-0123456789ab");
        problem(operator.get("/api/v1/datasets/d-0123456789ab"), 404, "not-found", "d-0123456789ab");
        problem(operator.get("/api/v1/jobs/none"), 404, "not-found", "none");
        problem(operator.get("/api/v1/variants/" + "0".repeat(64)), 404, "not-found", "variant");
        problem(operator.get("/api/v1/models/nonsense"), 400, "invalid-request", "nonsense");
        problem(operator.get("/api/v1/jobs?state=lost"), 400, "invalid-request", "lost");
        problem(operator.get("/api/v1/devices?state=lost"), 400, "invalid-request", "use one of");
        problem(
                operator.delete("/api/v1/claim-tokens"),
                405,
                "method-not-allowed",
                "DELETE /api/v1/claim-tokens is not offered");
        problem(
                given().auth()
                        .oauth2(session())
                        .contentType("text/plain")
                        .body("x")
                        .post("/api/v1/claim-tokens"),
                415,
                "unsupported-media-type",
                "send application/json");
        problem(
                operator().body("{\"deviceId\":7}").post("/api/v1/claim-tokens"),
                400,
                "invalid-request",
                "takes a text");
        problem(
                operator().body("{\"deviceId\":\"no spaces\"}").post("/api/v1/claim-tokens"),
                400,
                "invalid-request",
                "Device id \"no spaces\" is not legal");
        problem(operator().body("[]").post("/api/v1/claim-tokens"), 400, "invalid-request", "takes an object");
        problem(
                operator().body("{\"memoryBytes\":1.5}").put("/api/v1/groups/any/budget"),
                400,
                "invalid-request",
                "takes a whole number");
        problem(
                operator().body("{\"latencyP95Micros\":1e300}").put("/api/v1/groups/any/budget"),
                400,
                "invalid-request",
                "from 0.001 to 3600000000");
        problem(
                operator()
                        .body("{\"labels\":{\"a\":\"" + "x".repeat(1 << 20) + "\"}}")
                        .post("/api/v1/claim-tokens"),
                413,
                "body-too-large",
                "at most 1048576 bytes");
        problem(
                operator()
                        .body("{\"name\":\"x\",\"architecture\":\"source-cnn\",\"mean\":[null]}")
                        .post("/api/v1/models/train"),
                400,
                "invalid-request",
                "Training needs a data set");
        problem(uploader().post("/api/v1/models?name=x"), 400, "upload-empty", "send it as the body");
        problem(
                uploader().body(new byte[] {1}).post("/api/v1/models?name=x&datasetId=d-0123456789ab"),
                400,
                "invalid-request",
                "There is no data set");
        problem(
                uploader().body(new byte[] {1}).post("/api/v1/models?name=x&epoks=3"),
                400,
                "invalid-request",
                "Known here: ");
    }

    @Test
    void keepsTheRecipeOfAModelAndNamesTheFieldThatNoRecipeCanHave() {
        String id = uploader()
                .body(new byte[] {1})
                .post(
                        "/api/v1/models?name=x&epochs=4&rounds=2&importance=percentile&percentile=80&percentileScope=network&threshold=0.05&precision=float32&sparsity=0.5&mostLost=0.02")
                .then()
                .statusCode(202)
                .extract()
                .path("id");
        operator()
                .get("/api/v1/models/" + id)
                .then()
                .body("recipe.epochs", is(4))
                .body("recipe.rounds", is(2))
                .body("recipe.percentile", is(80f))
                .body("recipe.percentileScope", is("network"))
                .body("recipe.threshold", is(0.05f))
                .body("recipe.precision", is("float32"))
                .body("recipe.sparsity", is(0.5f))
                .body("recipe.mostLost", is(0.02f));

        problem(
                        uploader().body(new byte[] {1}).post("/api/v1/models?name=x&rounds=21"),
                        400,
                        "invalid-request",
                        "rounds must be 1 to 20, got 21")
                .body("field", is("rounds"));
        problem(
                        uploader().body(new byte[] {1}).post("/api/v1/models?name=x&threshold=small"),
                        400,
                        "invalid-request",
                        "\"small\"")
                .body("field", is("threshold"));
        problem(
                        uploader().body(new byte[] {1}).post("/api/v1/models?name=x&precision=int4"),
                        400,
                        "invalid-request",
                        "one of auto, float32, int8; got \"int4\"")
                .body("field", is("precision"));
        problem(
                        uploader().body(new byte[] {1}).post("/api/v1/models?name=x&mostLost=2"),
                        400,
                        "invalid-request",
                        "mostLost must be from 0 to below 1, got 2.0")
                .body("field", is("mostLost"));
        String dataset = uploader()
                .body(new byte[] {1})
                .post("/api/v1/datasets?name=digits&filename=digits.npz")
                .then()
                .extract()
                .path("id");
        problem(
                        operator()
                                .body("{\"name\":\"x\",\"architecture\":\"source-cnn\",\"datasetId\":\"" + dataset
                                        + "\",\"mostLost\":-1}")
                                .post("/api/v1/models/train"),
                        400,
                        "invalid-request",
                        "mostLost must be from 0 to below 1, got -1.0")
                .body("field", is("mostLost"));
        problem(
                        operator()
                                .body("{\"name\":\"x\",\"architecture\":\"source-cnn\",\"datasetId\":\"" + dataset
                                        + "\",\"threshold\":0.5}")
                                .post("/api/v1/models/train"),
                        400,
                        "invalid-request",
                        "got 0.5 with \"auto\"")
                .body("field", is("threshold"));
        given().get("/q/openapi?format=json")
                .then()
                .body("paths.'/api/v1/models'.post.parameters.find { it.name == 'rounds' }.schema.type", is("integer"))
                .body(
                        "paths.'/api/v1/models'.post.parameters.find { it.name == 'threshold' }.schema.type",
                        is("number"))
                .body("components.schemas.Training.properties.rounds.description", containsString("cutting"))
                .body("components.schemas.Training.properties.threshold.description", containsString("units"));
    }

    private static io.restassured.response.ValidatableResponse problem(
            Response response, int status, String kind, String detail) {
        return response.then()
                .statusCode(status)
                .contentType("application/problem+json")
                .body("type", is("urn:espalier:problem:" + kind))
                .body("status", is(status))
                .body("detail", containsString(detail));
    }

    @Test
    void takesADataSetAndRefusesAModelWithoutAName() {
        String id = uploader()
                .body(new byte[] {1, 2, 3})
                .post("/api/v1/datasets?name=digits&filename=my digits.npz")
                .then()
                .statusCode(201)
                .body("fileName", is("my_digits.npz"))
                .body("sizeBytes", is(3))
                .extract()
                .path("id");
        operator().get("/api/v1/datasets/" + id).then().body("name", is("digits"));
        uploader()
                .body(new byte[] {1})
                .post("/api/v1/datasets?name=x&filename=../x")
                .then()
                .statusCode(400)
                .body("field", is("filename"));
        problem(
                        uploader().body(new byte[] {1}).post("/api/v1/datasets?name=x"),
                        400,
                        "invalid-request",
                        "\"filename\" is missing")
                .body("field", is("filename"));
        problem(
                        uploader().body(new byte[] {1}).post("/api/v1/datasets?filename=x.npz"),
                        400,
                        "invalid-request",
                        "\"name\" is missing")
                .body("field", is("name"));
        for (String other : new String[] {"README.md", "train", "train.npz.gz", ".zip", "zip"}) {
            problem(
                            uploader().body(new byte[] {1}).post("/api/v1/datasets?name=x&filename=" + other),
                            400,
                            "invalid-request",
                            "Taken are an .npz file")
                    .body("field", is("filename"));
        }
        uploader()
                .body(new byte[] {1})
                .post("/api/v1/datasets?name=x&filename=PHOTOS.ZIP")
                .then()
                .statusCode(201);
        uploader()
                .body(new byte[] {1})
                .post("/api/v1/models?name=x&std=1,0")
                .then()
                .statusCode(400)
                .body("detail", containsString("std"));
        uploader().body(new byte[] {1}).post("/api/v1/models").then().statusCode(400);
    }
}
