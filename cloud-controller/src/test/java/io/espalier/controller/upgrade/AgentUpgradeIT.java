package io.espalier.controller.upgrade;

import static io.espalier.controller.Operator.operator;
import static io.espalier.controller.upgrade.Ordering.order;
import static io.espalier.controller.upgrade.Ordering.upload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.espalier.controller.Eventually;
import io.espalier.controller.FakeAgent;
import io.espalier.controller.Servers;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the archive that an operator uploads to the real agent that runs it, or that does not and goes back. */
@QuarkusTest
@WithTestResource(Servers.class)
@SuppressWarnings("NullAway.Init") // Quarkus and JUnit fill the fields.
class AgentUpgradeIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TestHTTPResource("/")
    URL url;

    @Inject
    @ConfigProperty(name = "espalier.mqtt.url")
    String mqttUrl;

    @TempDir
    Path folder;

    @BeforeEach
    void requireTheAgent() {
        Optional<Path> missing = BuiltAgent.missing();
        assumeTrue(missing.isEmpty(), () -> missing + " is not built; mvn verify of the whole project builds it first");
    }

    @Test
    void aDeviceRunsTheProgramThatWasOrderedForItAndCameOverHttp() throws Exception {
        try (SupervisedAgent agent = start("real-up");
                FakeAgent reader = new FakeAgent("real-up-reader", mqttUrl)) {
            String before = versionOnceReported("real-up", agent);
            String program = upload(BuiltAgent.largeArchive("9.0.0"));
            String order = order(program, "real-up");

            assertThat(reader.manifest(program).getContentOverHttp()).isTrue();

            Eventually.holds(
                    PATIENCE,
                    () -> operator()
                            .get("/api/v1/upgrades/" + order)
                            .then()
                            .body("state", is("done"))
                            .body("devices.state", is(List.of("upgraded")))
                            .body("devices.versionBefore", is(List.of(before))));

            operator()
                    .get("/api/v1/devices/real-up")
                    .then()
                    .body("agentVersion", is("9.0.0"))
                    .body("agent.programDigest", is(program))
                    .body("agent.refusedDigest", nullValue());
            assertThat(agent.marker("current")).isEqualTo("a " + program);
            assertThat(agent.marker("next")).isEmpty();
        }
    }

    @Test
    void aDeviceComesBackFromAProgramThatNeverReportsInAndTheOrderStops() throws Exception {
        try (SupervisedAgent agent = start("real-back")) {
            String before = versionOnceReported("real-back", agent);
            String program = upload(BuiltAgent.archiveThatDoesNotStart("9.0.1"));
            String order = order(program, "real-back");

            Eventually.holds(
                    PATIENCE,
                    () -> operator()
                            .get("/api/v1/upgrades/" + order)
                            .then()
                            .body("state", is("stopped"))
                            .body(
                                    "reason",
                                    containsString("real-back: it was started several times and never reported in"))
                            .body("devices.state", is(List.of("failed"))));

            operator()
                    .get("/api/v1/devices/real-back")
                    .then()
                    .body("agentVersion", is(before))
                    .body("online", is(true))
                    .body("agent.programDigest", nullValue())
                    .body("agent.refusedDigest", is(program));
            operator()
                    .get("/api/v1/devices/real-back/events")
                    .then()
                    .body("text", hasItem(containsString("Did not become agent 9.0.1")));
            assertThat(agent.marker("refused")).startsWith("a " + program);
        }
    }

    private SupervisedAgent start(String device) throws IOException {
        String token = operator()
                .body("{\"deviceId\":\"" + device + "\"}")
                .post("/api/v1/claim-tokens")
                .then()
                .statusCode(201)
                .extract()
                .path("token");
        return new SupervisedAgent(folder, device, url.toString().replaceFirst("/$", ""), token);
    }

    private static String versionOnceReported(String device, SupervisedAgent agent) throws IOException {
        try {
            Eventually.holds(
                    PATIENCE,
                    () -> operator()
                            .get("/api/v1/devices/" + device)
                            .then()
                            .statusCode(200)
                            .body("agent.version", notNullValue())
                            .body("agent.upgradable", is(true)));
        } catch (AssertionError e) {
            throw new AssertionError(agent.log(), e);
        }
        JsonPath answer = operator().get("/api/v1/devices/" + device).jsonPath();
        return answer.getString("agent.version");
    }
}
