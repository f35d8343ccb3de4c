package io.espalier.controller.database;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.Map;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(DatabaseAwayIT.NobodyListens.class)
class DatabaseAwayIT {
    /** A database address where nobody listens: port 1 is reserved. */
    public static final class NobodyListens implements QuarkusTestProfile {
        private static final String ADDRESS = "jdbc:postgresql://127.0.0.1:1/espalier";

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "quarkus.datasource.jdbc.url", ADDRESS,
                    "quarkus.datasource.username", "nobody",
                    "quarkus.datasource.password", "nothing");
        }
    }

    @Test
    void startsAndSaysWhereItLooksForTheDatabase() {
        given().get("/q/health/live").then().statusCode(200);
        given().get("/q/health/ready")
                .then()
                .statusCode(503)
                .body("checks.data.reason", hasItem(containsString(NobodyListens.ADDRESS)));
        given().get("/api/v1/devices")
                .then()
                .statusCode(503)
                .contentType("application/problem+json")
                .header("Retry-After", is("5"))
                .body("type", is("urn:espalier:problem:database-unreachable"))
                .body("detail", containsString(NobodyListens.ADDRESS));
    }
}
