package io.espalier.controller;

import static io.espalier.controller.Operator.operator;
import static io.restassured.RestAssured.given;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** That the API's description of itself says what it does. */
@QuarkusTest
@WithTestResource(Servers.class)
@SuppressWarnings({"unchecked", "NullAway.Init"}) // JSON is what it is; JUnit fills the field.
class OpenApiIT {
    private Map<String, Map<String, Map<String, Object>>> paths;

    @BeforeEach
    void read() {
        paths = given().get("/q/openapi?format=json")
                .then()
                .statusCode(200)
                .extract()
                .path("paths");
    }

    @Test
    void saysOfEveryAddressInWordsWhatItDoes() {
        List<String> curt = new ArrayList<>();
        paths.forEach((path, methods) -> methods.forEach((method, operation) -> {
            if (!(operation.get("summary") instanceof String summary
                    && summary.trim().contains(" "))) {
                curt.add(method + " " + path + ": " + operation.get("summary"));
            }
        }));
        assertThat(curt).isEmpty();
        assertThat(paths).hasSizeGreaterThan(30);
    }

    @Test
    void givesTheStatusOfWhatIsMade() {
        for (String made : new String[] {
            "/api/v1/datasets",
            "/api/v1/programs",
            "/api/v1/claim-tokens",
            "/api/v1/upgrades",
            "/api/v1/devices/{id}/replace"
        }) {
            assertThat(answers(made)).as(made).contains("201").doesNotContain("200");
        }
        assertThat(answers("/api/v1/models")).contains("202").doesNotContain("200");
        assertThat(answers("/api/v1/models/train")).contains("202").doesNotContain("200");
        assertThat(object(post("/api/v1/claim-tokens"), "responses").get("201"))
                .asString()
                .contains("Issued");
    }

    @Test
    void saysWhatIsRequired() {
        List<Map<String, Object>> parameters =
                (List<Map<String, Object>>) post("/api/v1/datasets").get("parameters");
        for (String name : new String[] {"name", "filename"}) {
            assertThat(parameters)
                    .filteredOn(parameter -> name.equals(parameter.get("name")))
                    .singleElement()
                    .satisfies(
                            parameter -> assertThat(parameter.get("required")).isEqualTo(true));
        }
        assertThat(object(post("/api/v1/claim-tokens"), "requestBody").get("required"))
                .isNotEqualTo(true);
        operator().noContentType().post("/api/v1/claim-tokens").then().statusCode(201);
    }

    /** Another type than an address takes is answered with the one that it does. */
    @Test
    void namesTheTypeThatAnAddressTakes() {
        int uploads = 0;
        for (var path : paths.entrySet()) {
            Map<String, Object> operation = path.getValue().get("post");
            if (operation != null
                    && operation.containsKey("requestBody")
                    && object(object(operation, "requestBody"), "content").containsKey("application/octet-stream")) {
                uploads++;
                operator()
                        .body("{}")
                        .post(path.getKey())
                        .then()
                        .statusCode(415)
                        .body("detail", allOf(containsString("octet-stream"), not(containsString("json"))));
            }
        }
        assertThat(uploads).isEqualTo(3);
    }

    private Set<String> answers(String path) {
        return object(post(path), "responses").keySet();
    }

    private Map<String, Object> post(String path) {
        return requireNonNull(requireNonNull(paths.get(path), path).get("post"), path);
    }

    private static Map<String, Object> object(Map<String, Object> of, String name) {
        return (Map<String, Object>) requireNonNull(of.get(name), name);
    }
}
