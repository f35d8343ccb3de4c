package io.espalier.controller.access;

import static io.espalier.controller.Operator.session;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.espalier.controller.Servers;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(Servers.class)
class AccessIT {
    @Inject
    Accounts accounts;

    @Test
    void asksForALogin() {
        given().get("/api/v1/devices")
                .then()
                .statusCode(401)
                .contentType("application/problem+json")
                .body("type", is("urn:espalier:problem:login-required"));
        given().auth()
                .oauth2("not.a.token")
                .get("/api/v1/devices")
                .then()
                .statusCode(401)
                .contentType("application/problem+json");
        given().get("/api/v1/live").then().statusCode(401);
        given().urlEncodingEnabled(false)
                .get("/api/v1/artifacts/%2e%2e/devices")
                .then()
                .statusCode(not(200));
    }

    @Test
    void opensASessionByCookieAndEndsItAtLogout() {
        String cookie = login("admin", "correct horse battery staple")
                .statusCode(200)
                .header("Set-Cookie", containsString("HttpOnly"))
                .header("Set-Cookie", containsString("SameSite=Strict"))
                .extract()
                .cookie("espalier_session");

        given().cookie("espalier_session", cookie).get("/api/v1/devices").then().statusCode(200);
        given().cookie("espalier_session", cookie)
                .contentType(ContentType.JSON)
                .post("/api/v1/logout")
                .then()
                .statusCode(204);
        given().cookie("espalier_session", cookie).get("/api/v1/devices").then().statusCode(401);
    }

    @Test
    void refusesChangesThatAPageOfAnotherSiteSends() {
        String cookie = session();
        for (String site : List.of("cross-site", "same-site")) {
            given().cookie("espalier_session", cookie)
                    .header("Sec-Fetch-Site", site)
                    .post("/api/v1/devices/anything/retire")
                    .then()
                    .statusCode(403)
                    .contentType("application/problem+json")
                    .body("type", is("urn:espalier:problem:cross-site-request"));
        }
        given().cookie("espalier_session", cookie)
                .header("Sec-Fetch-Site", "same-origin")
                .post("/api/v1/devices/anything/retire")
                .then()
                .statusCode(404);
    }

    @Test
    void refusesACookieThatIsNoSession() {
        for (String cookie : List.of("", "x", "a.b.c", "{}")) {
            given().cookie("espalier_session", cookie)
                    .get("/api/v1/devices")
                    .then()
                    .statusCode(401)
                    .contentType("application/problem+json")
                    .body("type", is("urn:espalier:problem:login-required"));
        }
    }

    @Test
    void refusesASessionThatWasTamperedWith() {
        String token = session();
        char last = token.charAt(token.length() - 10);
        String forged = token.substring(0, token.length() - 10)
                + (last == 'A' ? 'B' : 'A')
                + token.substring(token.length() - 9);

        given().auth().oauth2(forged).get("/api/v1/devices").then().statusCode(401);
    }

    @Test
    void slowsDownGuessing() {
        for (int i = 0; i < 5; i++) {
            login("guessed", "wrong").statusCode(401).body("type", is("urn:espalier:problem:wrong-credentials"));
        }
        login("guessed", "wrong")
                .statusCode(429)
                .header("Retry-After", is("5"))
                .body("type", is("urn:espalier:problem:too-many-guesses"));
    }

    @Test
    void letsAViewerReadOnly() {
        accounts.put(new Account("watcher", PasswordHash.of("look", new SecureRandom()), Role.VIEWER), Instant.now());
        String token = login("watcher", "look").statusCode(200).extract().path("token");

        given().auth().oauth2(token).get("/api/v1/devices").then().statusCode(200);
        given().auth()
                .oauth2(token)
                .contentType(ContentType.JSON)
                .body("{}")
                .post("/api/v1/claim-tokens")
                .then()
                .statusCode(403)
                .contentType("application/problem+json");
    }

    private static ValidatableResponse login(String username, String password) {
        return given().contentType(ContentType.JSON)
                .body("{\"username\":\"" + username + "\",\"password\":\"" + password + "\"}")
                .post("/api/v1/login")
                .then();
    }
}
