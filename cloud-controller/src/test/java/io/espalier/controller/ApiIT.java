package io.espalier.controller;

import static io.espalier.controller.Operator.operator;
import static io.espalier.controller.Operator.uploader;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(Servers.class)
class ApiIT {
    private static String claim(String body) {
        return operator()
                .body(body)
                .post("/api/v1/claim-tokens")
                .then()
                .statusCode(201)
                .extract()
                .path("token");
    }

    private static io.restassured.response.ValidatableResponse enrol(String token, String device, String nonce) {
        return given().contentType("application/json")
                .body("{\"token\":\"" + token + "\",\"deviceId\":\"" + device
                        + "\",\"csr\":null,\"agentVersion\":\"1\",\"nonce\":\"" + nonce + "\"}")
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
        for (String bad : new String[] {"-3", "0", "\"NaN\"", "\"quick\""}) {
            operator()
                    .body("{\"latencyP95Micros\":" + bad + "}")
                    .put("/api/v1/devices/thrifty/budget")
                    .then()
                    .statusCode(400)
                    .contentType("application/problem+json")
                    .body("detail", containsString("latencyP95Micros"));
        }
        operator().body("{}").put("/api/v1/devices/thrifty/budget").then().statusCode(400);
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
        uploader()
                .body(new byte[] {1})
                .post("/api/v1/models?name=x&std=1,0")
                .then()
                .statusCode(400)
                .body("detail", containsString("std"));
        uploader().body(new byte[] {1}).post("/api/v1/models").then().statusCode(400);
    }
}
