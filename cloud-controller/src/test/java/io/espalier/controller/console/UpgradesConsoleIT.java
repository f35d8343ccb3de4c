package io.espalier.controller.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.espalier.controller.Operator.enrol;
import static io.espalier.controller.Operator.operator;
import static org.hamcrest.Matchers.is;

import com.microsoft.playwright.Dialog;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.FilePayload;
import io.espalier.controller.Eventually;
import io.espalier.controller.FakeAgent;
import io.espalier.controller.Servers;
import io.espalier.controller.upgrade.ToyProgram;
import io.espalier.proto.v1.Desired;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An operator brings a program to devices without leaving the console. */
@QuarkusTest
@WithTestResource(Servers.class)
@SuppressWarnings("NullAway.Init") // Quarkus and JUnit fill the fields.
class UpgradesConsoleIT extends BrowserTest {
    @Inject
    @ConfigProperty(name = "espalier.mqtt.url")
    String mqttUrl;

    private ConsolePage console;

    @BeforeEach
    void openUpgrades() {
        console = ConsolePage.signedIn(page, url);
        page.getByText("Upgrades").click();
        assertThat(page.locator("h1")).hasText("Upgrades of the agent");
    }

    @Test
    void ordersAProgramBatchByBatchAndCancels() throws Exception {
        try (FakeAgent a = installed("ordered-a", "line7");
                FakeAgent b = installed("ordered-b", "line7")) {
            upload("7.1.0");
            page.getByLabel("group").selectOption("line7");
            assertThat(page.locator("#order")).hasText("Order for 2 devices");
            console.screenshots("upgrades-form");

            order();
            assertThat(page.locator("h1")).hasText("7.1.0 for amd64");
            assertThat(page.locator("#state")).hasText("running");
            String program = a.awaitDesired(Desired::hasAgent).getAgent().getArtifactDigest();
            assertThat(step("ordered-a")).containsText("under way");
            assertThat(step("ordered-b")).containsText("waiting");
            a.programs("7.1.0", program, "", "");
            assertThat(step("ordered-a")).containsText("upgraded");
            b.awaitDesired(Desired::hasAgent);
            assertThat(step("ordered-b")).containsText("under way");
            console.screenshots("upgrade-running");

            page.onDialog(Dialog::accept);
            page.locator("#cancel").click();
            assertThat(page.locator("#state")).hasText("cancelled");
            assertThat(step("ordered-b")).containsText("withdrawn");
            b.awaitDesired(desired -> !desired.hasAgent());
        }
    }

    @Test
    void tellsWhyAnOrderStopped() throws Exception {
        try (FakeAgent fails = installed("stopped-a", "line8");
                FakeAgent spared = installed("stopped-b", "line8")) {
            upload("8.1.0");
            page.getByLabel("devices").fill("stopped-a, stopped-b");
            order();
            String program = fails.awaitDesired(Desired::hasAgent).getAgent().getArtifactDigest();
            fails.programs("1.0.0", "", program, "it never reported in");

            assertThat(page.locator("#state")).hasText("stopped");
            assertThat(page.locator("#reason")).containsText("stopped-a");
            assertThat(step("stopped-a")).containsText("it never reported in");
            assertThat(step("stopped-b")).containsText("left out");
            console.screenshots("upgrade-stopped");

            page.getByText("← Upgrades").click();
            assertThat(page.locator("#orders")).containsText("1 failed, 1 left out");
            console.screenshots("upgrades-orders");
        }
    }

    @Test
    void ordersNothingBeforeTheOperatorSaysYes() throws Exception {
        try (FakeAgent a = installed("asked-a", "line6");
                FakeAgent b = installed("asked-b", "line6")) {
            upload("6.1.0");
            page.getByLabel("group").selectOption("line6");
            assertThat(page.locator("#order")).hasText("Order for 2 devices");
            List<String> asked = new ArrayList<>();
            List<String> sent = new ArrayList<>();
            page.onRequest(request -> sent.add(request.method()));
            page.onceDialog(dialog -> {
                asked.add(dialog.message());
                dialog.dismiss();
            });

            page.getByLabel("at once").press("Enter");

            page.waitForCondition(() -> !asked.isEmpty());
            Assertions.assertThat(asked)
                    .singleElement()
                    .asString()
                    .contains("6.1.0")
                    .contains("amd64")
                    .contains("2 devices");
            page.evaluate("fetch('/api/v1/upgrades')"); // What was sent before it is seen before it.
            Assertions.assertThat(sent).contains("GET").doesNotContain("POST");
            assertThat(page.locator("h1")).hasText("Upgrades of the agent");
        }
    }

    @Test
    void saysWhyNothingCanBeOrdered() throws Exception {
        enrol("never-reported", "line9");
        upload("9.1.0");

        page.getByLabel("labels").fill("site=nowhere");
        assertThat(page.locator("#order")).hasText("Order for 0 devices");
        assertThat(page.locator("#order")).isDisabled();

        page.getByLabel("labels").fill("");
        page.getByLabel("group").selectOption("line9");
        order();
        assertThat(page.getByRole(AriaRole.ALERT)).containsText("it has not reported yet");
    }

    @Test
    void saysThatAFileIsNoProgram() {
        page.getByLabel("Upload a program (.tar.gz)")
                .setInputFiles(new FilePayload("notes.tar.gz", "application/gzip", new byte[] {1, 2, 3}));

        assertThat(page.getByRole(AriaRole.ALERT)).containsText("This is no program of the agent");
        console.screenshots("upgrades-no-program");
    }

    /** Orders what the form says, and says yes to it. */
    private void order() {
        page.onceDialog(Dialog::accept);
        page.locator("#order").click();
    }

    private void upload(String version) {
        page.getByLabel("Upload a program (.tar.gz)")
                .setInputFiles(new FilePayload(
                        "agent.tar.gz",
                        "application/gzip",
                        ToyProgram.of(version, ToyProgram.AMD64).archive()));
        assertThat(page.getByRole(AriaRole.STATUS)).containsText(version + " for amd64 is there and can be ordered.");
        assertThat(page.locator("select[name=program] option:checked")).containsText(version);
    }

    private Locator step(String device) {
        return page.locator("#devices tr", new Page.LocatorOptions().setHasText(device));
    }

    private FakeAgent installed(String device, String group) throws MqttException {
        enrol(device, group);
        FakeAgent agent = new FakeAgent(device, mqttUrl);
        agent.programs("1.0.0", "", "", "");
        Eventually.holds(
                () -> operator().get("/api/v1/devices/" + device).then().body("agent.version", is("1.0.0")));
        return agent;
    }
}
