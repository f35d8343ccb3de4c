package io.espalier.controller.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.espalier.controller.Operator.enrol;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import io.espalier.controller.Operator;
import io.espalier.controller.Servers;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How an operator lets devices in. */
@QuarkusTest
@WithTestResource(Servers.class)
class ClaimConsoleIT extends BrowserTest {
    private static final Pattern LINE =
            Pattern.compile("claim\\.bundle = https://[^#]+#token=([A-Za-z0-9_-]+)&ca=.+|claim\\.token = (.+)");

    @BeforeEach
    void allowTheClipboard() {
        context.grantPermissions(List.of("clipboard-read", "clipboard-write"));
    }

    @Test
    void makesAClaimThatLetsADeviceIn() {
        enrol("there-already", "claims");
        ConsolePage console = ConsolePage.signedIn(page, url);
        page.locator("#add").click();
        page.getByLabel("devices that may enrol").fill("3");
        page.getByLabel("valid for").selectOption("7 days");
        page.getByLabel("group").fill("line-of-claims");
        page.locator("#make-claim").click();

        Locator claim = page.getByLabel("Claim", new Page.GetByLabelOptions().setExact(true));
        assertThat(claim).hasValue(LINE);
        assertThat(page.locator("#claim-card")).containsText("up to 3 devices");
        page.locator("#copy").click();
        assertThat(page.getByRole(AriaRole.STATUS)).hasText("Copied.");
        Assertions.assertThat(page.evaluate("navigator.clipboard.readText()")).isEqualTo(claim.inputValue());
        console.screenshots("claim");
        page.setViewportSize(390, 844);
        console.screenshots("claim-narrow");

        String device = "claimed-" + UUID.randomUUID().toString().substring(0, 8);
        redeem(claim.inputValue(), device);
        page.setViewportSize(1360, 900);
        page.locator("#search").fill("line-of-claims");
        assertThat(page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(device)))
                .isVisible();
        assertThat(claim).isVisible();
    }

    @Test
    void opensOnAnEmptyFleetAndStaysWhenTheFirstDeviceComes() {
        ConsolePage console = ConsolePage.signedIn(page, url);
        page.route("**/api/v1/devices", ClaimConsoleIT::nothing); // Other tests leave devices.
        page.route("**/api/v1/live", Route::abort);
        page.reload();
        assertThat(page.locator("#no-devices")).isVisible();
        console.screenshots("fleet-empty");
        page.getByLabel("group").fill("first-ones");
        page.unroute("**/api/v1/live");
        assertThat(page.locator("#live")).hasText("live");
        enrol("earlier-one", "claims");
        assertThat(page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("earlier-one")))
                .isVisible();
        assertThat(page.getByLabel("group")).hasValue("first-ones");
        page.locator("#make-claim").click();
        Locator claim = page.getByLabel("Claim", new Page.GetByLabelOptions().setExact(true));
        assertThat(claim).hasValue(LINE);
        assertThat(page.locator("#claim-card")).containsText("of one device");

        String device = "first-" + UUID.randomUUID().toString().substring(0, 8);
        redeem(claim.inputValue(), device);

        assertThat(page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(device)))
                .isVisible();
        assertThat(claim).isVisible();
    }

    @Test
    void saysWhyTheServerMakesNone() {
        enrol("taken-id", "claims");
        ConsolePage.signedIn(page, url);
        page.locator("#add").click();
        page.getByLabel("only for device").fill("taken-id");
        assertThat(page.getByLabel("devices that may enrol")).isDisabled();
        page.locator("#make-claim").click();

        assertThat(page.getByRole(AriaRole.ALERT)).containsText("is enrolled already");
        assertThat(page.getByLabel("Claim", new Page.GetByLabelOptions().setExact(true)))
                .isHidden();
    }

    @Test
    void saysWhatToSetWhereTheControllerHasNoAddressForDevices() {
        ConsolePage console = ConsolePage.signedIn(page, url);
        page.route("**/api/v1/claim-tokens", ClaimConsoleIT::withoutBundle);
        page.locator("#add").click();
        page.locator("#make-claim").click();

        assertThat(page.getByLabel("Claim", new Page.GetByLabelOptions().setExact(true)))
                .hasValue(Pattern.compile("claim\\.token = .+"));
        assertThat(page.locator("#claim-card")).containsText("espalier.agents.public-url");
        console.screenshots("claim-token");
    }

    private static void withoutBundle(Route route) {
        APIResponse answer = route.fetch();
        String token = answer.text().replaceFirst("\"bundle\"\\s*:\\s*\"[^\"]*\"", "\"bundle\":null");
        route.fulfill(new Route.FulfillOptions().setResponse(answer).setBody(token));
    }

    private static void nothing(Route route) {
        route.fulfill(
                new Route.FulfillOptions().setContentType("application/json").setBody("[]"));
    }

    private static void redeem(String line, String device) {
        var parts = LINE.matcher(line);
        Assertions.assertThat(parts.matches()).as(line).isTrue();
        String token = parts.group(1) == null ? parts.group(2) : parts.group(1);
        Operator.redeem(token, device);
    }
}
