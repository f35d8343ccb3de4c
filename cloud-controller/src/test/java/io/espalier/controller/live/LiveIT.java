package io.espalier.controller.live;

import static io.espalier.controller.Operator.operator;
import static io.espalier.controller.Operator.session;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.controller.Csr;
import io.espalier.controller.Servers;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@QuarkusTest
@WithTestResource(Servers.class)
class LiveIT {
    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void showsADeviceAsSoonAsItEnrols() throws Exception {
        String token = operator()
                .body("{\"deviceId\":\"watched\"}")
                .post("/api/v1/claim-tokens")
                .then()
                .statusCode(201)
                .extract()
                .path("token");
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(RestAssured.baseURI + ":" + RestAssured.port + "/api/v1/live"))
                .header("Cookie", "espalier_session=" + session())
                .build();
        HttpResponse<InputStream> response =
                HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            assertThat(next(lines, "event:")).contains("live");

            given().contentType("application/json")
                    .body("{\"token\":\"" + token + "\",\"deviceId\":\"watched\",\"csr\":\"" + Csr.fresh() + "\"}")
                    .post("/api/v1/enrol")
                    .then()
                    .statusCode(200);

            String data = next(lines, "data:");
            while (!data.contains("\"watched\"")) {
                data = next(lines, "data:");
            }
            assertThat(data).contains("\"state\":\"enrolled\"");
        }
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void endsWithTheSession() throws Exception {
        String session = session();
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(RestAssured.baseURI + ":" + RestAssured.port + "/api/v1/live"))
                .header("Cookie", "espalier_session=" + session)
                .build();
        HttpResponse<InputStream> response =
                HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            assertThat(next(lines, "event:")).contains("live");

            given().cookie("espalier_session", session)
                    .post("/api/v1/logout")
                    .then()
                    .statusCode(204);

            assertThat(lines.lines()).noneMatch(line -> line.startsWith("event:"));
        }
    }

    private static String next(BufferedReader lines, String prefix) throws IOException {
        String line = lines.readLine();
        while (line != null && !line.startsWith(prefix)) {
            line = lines.readLine();
        }
        assertThat(line).isNotNull();
        return String.valueOf(line);
    }
}
