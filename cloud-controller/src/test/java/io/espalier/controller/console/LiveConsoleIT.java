package io.espalier.controller.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.espalier.controller.Operator.enrol;
import static io.espalier.controller.Operator.operator;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Route;
import io.espalier.controller.Servers;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** That an answer which took long does not undo what the live stream told meanwhile. */
@QuarkusTest
@WithTestResource(Servers.class)
class LiveConsoleIT extends BrowserTest {
    private static final String LISTED_ONLY = "live-listed-only";

    private final List<Runnable> lateAnswers = new ArrayList<>();
    private int lists;

    @Test
    void keepsWhatTheStreamToldWhileTheListWasUnderWay() {
        String leaving = "live-leaving";
        String coming = "live-coming";
        enrol(leaving, "live");
        page.route("**/api/v1/devices", this::holdTheSecondList);
        ConsolePage.signedIn(page, url);
        assertThat(page.locator("#live")).hasText("live");
        assertThat(link(leaving)).isVisible();
        page.waitForCondition(() -> !lateAnswers.isEmpty());

        enrol(coming, "live");
        operator().post("/api/v1/devices/" + leaving + "/retire").then().statusCode(200);
        assertThat(link(coming)).isVisible();
        assertThat(link(leaving)).isHidden();
        lateAnswers.forEach(Runnable::run);

        assertThat(link(LISTED_ONLY)).isVisible();
        Assertions.assertThat(link(coming).count()).as("devices that came").isEqualTo(1);
        Assertions.assertThat(link(leaving).count()).as("devices that went").isZero();
    }

    /** The second list is asked for once the stream is up; one name in it is changed, so that its arrival is seen. */
    private void holdTheSecondList(Route route) {
        APIResponse answer = route.fetch();
        if (answer.status() == 200 && ++lists == 2) {
            String list = answer.text();
            String more = list.replaceFirst("(?s)\"id\"\\s*:\\s*\"live-leaving\"", "\"id\":\"" + LISTED_ONLY + "\"");
            String both = list.substring(0, list.lastIndexOf(']')) + "," + more.substring(1);
            lateAnswers.add(() ->
                    route.fulfill(new Route.FulfillOptions().setResponse(answer).setBody(both)));
        } else {
            route.fulfill(new Route.FulfillOptions().setResponse(answer));
        }
    }

    private Locator link(String device) {
        return page.locator("#fleet a[href='#/devices/" + device + "']");
    }
}
