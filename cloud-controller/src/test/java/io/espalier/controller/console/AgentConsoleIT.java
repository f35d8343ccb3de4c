package io.espalier.controller.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.espalier.controller.Operator.enrol;
import static io.espalier.controller.Operator.operator;
import static io.espalier.controller.upgrade.Ordering.order;
import static io.espalier.controller.upgrade.Ordering.upload;
import static org.hamcrest.Matchers.is;

import io.espalier.controller.Eventually;
import io.espalier.controller.FakeAgent;
import io.espalier.controller.Servers;
import io.espalier.controller.upgrade.ToyProgram;
import io.espalier.proto.v1.Desired;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.junit.jupiter.api.Test;

/** What the console says of agents: nothing yet, one on its way, and one that went back for a reason that takes many words. */
@QuarkusTest
@WithTestResource(Servers.class)
@SuppressWarnings("NullAway.Init") // Quarkus fills the fields.
class AgentConsoleIT extends BrowserTest {
    private static final String LONG_VERSION = "4.12.0-rc.3+edge.20261127.f00dcafe";
    private static final String LONG_REASON = "the agent is for aarch64, this device is amd64; "
            + "it would have been started from /var/lib/espalier-agent/program/b/edge-agent.jar";

    @Inject
    @ConfigProperty(name = "espalier.mqtt.url")
    String mqttUrl;

    @Test
    void showsWhichProgramAnAgentRunsAndWhatBecameOfItsUpgrade() throws Exception {
        enrol("shown-fails", "line3");
        enrol("shown-rises", "line3");
        enrol("shown-silent", "line3");
        try (FakeAgent fails = new FakeAgent("shown-fails", mqttUrl);
                FakeAgent rises = new FakeAgent("shown-rises", mqttUrl)) {
            installed(fails, "shown-fails");
            installed(rises, "shown-rises");
            String program =
                    upload(ToyProgram.of(LONG_VERSION, ToyProgram.AMD64).archive());
            order(program, "shown-fails");
            fails.awaitDesired(Desired::hasAgent);
            fails.programs("1.0.0", "", program, LONG_REASON);
            order(upload(ToyProgram.of("4.0.0", ToyProgram.AMD64).archive()), "shown-rises");
            Eventually.holds(() ->
                    operator().get("/api/v1/devices/shown-fails").then().body("agent.upgrade.state", is("failed")));

            ConsolePage console = ConsolePage.signedIn(page, url);
            page.locator("#search").fill("shown-");
            assertThat(page.locator("#fleet")).containsText("not " + LONG_VERSION);
            assertThat(page.locator("#fleet")).containsText("to 4.0.0");
            console.screenshots("agents-fleet");

            console.openDevice("shown-fails");
            assertThat(page.locator("#upgrade")).hasText(LONG_VERSION + " failed");
            assertThat(page.locator("#agent")).containsText(LONG_REASON);
            console.screenshots("agent-failed");
            console.openDevice("shown-rises");
            assertThat(page.locator("#upgrade")).hasText("4.0.0 under way");
            assertThat(page.locator("#agent")).containsText("as it was installed");
            console.screenshots("agent-under-way");
            console.openDevice("shown-silent");
            assertThat(page.locator("espalier-device"))
                    .containsText("Nothing is known of the agent until it has reported for the first time.");
            console.screenshots("agent-unknown");
        }
    }

    private static void installed(FakeAgent agent, String device) throws MqttException {
        agent.programs("1.0.0", "", "", "");
        Eventually.holds(
                () -> operator().get("/api/v1/devices/" + device).then().body("agent.version", is("1.0.0")));
    }
}
