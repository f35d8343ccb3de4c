package io.espalier.controller.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.espalier.controller.Operator.enrol;
import static io.espalier.controller.Operator.operator;
import static org.hamcrest.Matchers.is;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.espalier.controller.Servers;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.UUID;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(Servers.class)
class ConsoleIT extends BrowserTest {
    @Test
    void saysThatAPasswordIsWrongAndLetsARightOneIn() {
        page.navigate(url.toString());
        page.getByLabel("Password").fill("not this one");
        page.getByText("Sign in").click();
        assertThat(page.getByRole(AriaRole.ALERT)).containsText("password is wrong");

        page.getByLabel("Password").fill(Servers.ADMIN_PASSWORD);
        page.getByText("Sign in").click();

        assertThat(page.locator("h1")).hasText("Fleet");
    }

    @Test
    void showsADeviceAsSoonAsItEnrols() {
        ConsolePage.signedIn(page, url);
        assertThat(page.locator("#live")).hasText("live");

        String device = enrolInto("line3");

        assertThat(link(device)).isVisible();
    }

    @Test
    void findsDevicesByTheirNameGroupAndState() {
        String one = enrolInto("north");
        String other = enrolInto("south");
        ConsolePage.signedIn(page, url);

        page.locator("#search").fill(one);
        assertThat(link(one)).isVisible();
        assertThat(link(other)).isHidden();

        page.locator("#search").fill("nothing is called so");
        assertThat(page.locator("#no-match")).isVisible();

        page.locator("#search").fill("south");
        assertThat(link(other)).isVisible();
        assertThat(link(one)).isHidden();

        page.locator("#state").selectOption("retired");
        assertThat(page.locator("#no-match")).isVisible();
    }

    @Test
    void setsABudgetAndRefusesAnImpossibleOne() {
        String device = enrolInto("line3");
        ConsolePage.signedIn(page, url);
        page.locator("#search").fill(device);
        link(device).click();
        assertThat(page.locator("h1")).hasText(device);

        // The form keeps negative numbers out; the server must refuse them from any other client.
        operator()
                .body("{\"latencyP95Micros\":-5}")
                .put("/api/v1/devices/" + device + "/budget")
                .then()
                .statusCode(400)
                .contentType("application/problem+json");

        page.getByLabel("p95 latency, ms").fill("2.5");
        page.getByText("Set budget").click();

        assertThat(page.getByRole(AriaRole.STATUS)).containsText("Saved");
        assertThat(page.locator(".facts")).containsText("2.50 ms");
    }

    @Test
    void changesOnlyWhatWasTouchedOfABudget() {
        String device = enrolInto("line3");
        operator()
                .body("{\"latencyP95Micros\":2500.123456,\"sizeBytes\":500,\"minAccuracy\":0.9}")
                .put("/api/v1/devices/" + device + "/budget")
                .then()
                .statusCode(200);
        ConsolePage console = ConsolePage.signedIn(page, url);
        console.openDevice(device);
        assertThat(page.getByLabel("model size, kB")).hasValue("0.5");
        console.screenshot("device-budget");

        page.getByLabel("peak memory, MB").fill("4");
        page.getByText("Set budget").click();

        assertThat(page.getByRole(AriaRole.STATUS)).containsText("Saved");
        operator()
                .get("/api/v1/devices/" + device + "/budget")
                .then()
                .body("latencyP95Micros", is(2500.1235f))
                .body("sizeBytes", is(500))
                .body("memoryBytes", is(4_000_000))
                .body("minAccuracy", is(0.9f));
    }

    @Test
    void saysThatADeviceDoesNotExist() {
        ConsolePage.signedIn(page, url);
        page.navigate(url + "#/devices/nobody");

        assertThat(page.locator("h2").first()).containsText("No device is called \"nobody\"");
    }

    @Test
    void isReadableInBothThemes() {
        enrolInto("line3");
        ConsolePage console = ConsolePage.signedIn(page, url);
        for (String theme : ConsolePage.THEMES) {
            console.theme(theme);
            double contrast = ((Number) page.evaluate(CONTRAST)).doubleValue();

            Assertions.assertThat(contrast)
                    .as("contrast of text on the page, theme %s", theme)
                    .isGreaterThan(7);
            console.screenshot("fleet-" + theme);
        }
    }

    /** Contrast ratio of the body's text and background, by the formula of WCAG 2.2. */
    private static final String CONTRAST = """
            () => {
                const style = getComputedStyle(document.body);
                const luminance = colour => {
                    const [r, g, b] = colour.match(/[0-9.]+/g).map(Number)
                        .map(c => c / 255).map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
                    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
                };
                const [low, high] = [luminance(style.color), luminance(style.backgroundColor)].sort((a, b) => a - b);
                return (high + 0.05) / (low + 0.05);
            }
            """;

    private Locator link(String device) {
        return page.getByRole(
                AriaRole.LINK, new Page.GetByRoleOptions().setName(device).setExact(true));
    }

    private static String enrolInto(String group) {
        String device = "cam-" + UUID.randomUUID().toString().substring(0, 8);
        enrol(device, group);
        return device;
    }
}
