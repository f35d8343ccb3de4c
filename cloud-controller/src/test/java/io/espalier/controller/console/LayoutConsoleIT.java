package io.espalier.controller.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.espalier.controller.Operator.enrol;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Route;
import io.espalier.controller.Servers;
import io.espalier.controller.deployment.History;
import io.espalier.proto.DeviceId;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** That what is shown fits the screen, with the longest of what devices and planning tell. */
@QuarkusTest
@WithTestResource(Servers.class)
@SuppressWarnings("NullAway.Init") // Quarkus fills the fields.
class LayoutConsoleIT extends BrowserTest {
    private static final String DEVICE = "layout-north-hall-camera-12";
    private static final String DIGEST = "4f1c".repeat(16);
    private static final String WHY = "Its predicted p95 of 1.93 ms is over the budget of 1.80 ms by the device's own"
            + " timings, corrected by 1.07 after the trial of variant " + DIGEST + ", and it loses 1.4 points.";
    private static final int WIDE = 1280;
    private static final int NARROW = 390;

    @Inject
    History history;

    private ConsolePage console;

    @BeforeEach
    void signIn() {
        page.route("**/api/v1/devices/*/explanation", LayoutConsoleIT::explain);
        console = ConsolePage.signedIn(page, url);
    }

    @Test
    void wrapsEventsAndShortensTheDigestsInThem() {
        openDevice(WIDE);

        assertThat(page.locator("#events")).containsText("4f1c4f1c");
        assertThat(page.locator("#events")).not().containsText(DIGEST);
        assertThat(hiddenWidth("#events"))
                .as("pixels of events behind the edge")
                .isZero();
        console.screenshots("device-wide");
    }

    @Test
    void fitsANarrowScreenAndKeepsRowsLow() {
        openDevice(NARROW);

        assertThat(pageWidth()).as("width of the page").isLessThanOrEqualTo(NARROW);
        assertThat(bottomRight("header")).as("right edge of the last button").isLessThanOrEqualTo(NARROW);
        assertThat(tallestRow("#candidates")).as("tallest candidate").isLessThan(110);
        assertThat(tallestRow("#deployments")).as("tallest deployment").isLessThan(110);
        console.screenshots("device-narrow");
        page.navigate(url + "#/");
        assertThat(page.locator("h1")).hasText("Fleet");
        assertThat(pageWidth()).as("width of the fleet").isLessThanOrEqualTo(NARROW);
        page.locator("#search").fill("layout-");
        Locator name = page.locator("#fleet a").first();
        assertThat(name).containsText(DEVICE);
        assertThat((boolean) name.evaluate("name => name.getBoundingClientRect().right"
                        + " <= name.parentElement.getBoundingClientRect().right"))
                .as("whether the whole name of a device is seen")
                .isTrue();
        console.screenshots("fleet-narrow");
        page.navigate(url + "#/upgrades");
        assertThat(page.locator("h1")).hasText("Upgrades of the agent");
        assertThat(pageWidth()).as("width of the upgrades").isLessThanOrEqualTo(NARROW);
    }

    @Test
    void showsTheWholeHintOfTheSearch() {
        assertThat(((Number) page.locator("#search").evaluate(HINT_LEFT)).doubleValue())
                .as("pixels left beside the hint")
                .isGreaterThan(0);
    }

    @Test
    void saysThatThereIsNoSuchPage() {
        for (String address : new String[] {"#/nosuch", "#/devices", "#/devices/%E0%A4%A", "#nosuch"}) {
            page.navigate(url + address);
            assertThat(page.locator("#no-page")).containsText("There is no such page");
        }
        console.screenshots("no-page");
        page.locator("#no-page a").click();
        assertThat(page.locator("h1")).hasText("Fleet");
    }

    private void openDevice(int width) {
        page.setViewportSize(width, 900);
        String device = DEVICE + "-" + width;
        enrol(device, "layout");
        history.tell(
                new DeviceId(device),
                "upgrade",
                "Gave up program " + DIGEST + ": it ended before it had taken up " + DIGEST + " of the model.");
        console.openDevice(device);
        assertThat(page.locator("#events")).containsText("Gave up program");
        assertThat(page.locator("#candidates")).containsText("half the filters");
    }

    private int hiddenWidth(String selector) {
        return number(page.locator(selector)
                .evaluate("table => table.parentElement.scrollWidth - table.parentElement.clientWidth"));
    }

    private int pageWidth() {
        return number(page.evaluate("document.documentElement.scrollWidth"));
    }

    private int bottomRight(String selector) {
        return number(
                page.locator(selector)
                        .evaluate(
                                "bar => Math.ceil(Math.max(...[...bar.children].map(child => child.getBoundingClientRect().right)))"));
    }

    private int tallestRow(String selector) {
        return number(
                page.locator(selector)
                        .evaluate(
                                "table => Math.ceil(Math.max(...[...table.rows].map(row => row.getBoundingClientRect().height)))"));
    }

    private static int number(Object evaluated) {
        return ((Number) evaluated).intValue();
    }

    private static void explain(Route route) {
        String candidate =
                "{\"name\":\"half the filters\",\"predictedP95Micros\":1930.5,\"macs\":1234567,\"parameters\":45678,"
                        + "\"score\":0.957,\"chosen\":false,\"reason\":\"" + WHY + "\"}";
        String deployment =
                "{\"id\":\"d-1\",\"variantDigest\":\"" + DIGEST + "\",\"kind\":\"pruned\",\"state\":\"serving\","
                        + "\"reason\":\"" + WHY + "\",\"createdAt\":\"2026-05-01T12:00:00Z\",\"trial\":null}";
        route.fulfill(new Route.FulfillOptions()
                .setContentType("application/json")
                .setBody("{\"text\":\"" + WHY + "\",\"floorP95Micros\":null,\"candidates\":[" + candidate + ","
                        + candidate.replace("false", "true") + "],\"keptChannels\":[],\"predictedP95Micros\":null,"
                        + "\"measuredP95Micros\":null,\"correction\":null,\"history\":[" + deployment + "],"
                        + "\"provenance\":null}"));
    }

    /** Room inside the field, less the hint in its own font and the button that clears the field. */
    private static final String HINT_LEFT = """
            field => {
                const style = getComputedStyle(field);
                const pen = document.createElement('canvas').getContext('2d');
                pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
                const padding = parseFloat(style.paddingLeft) + parseFloat(style.paddingRight);
                const clearButton = 20;
                return field.clientWidth - padding - clearButton - pen.measureText(field.placeholder).width;
            }
            """;
}
