package io.espalier.controller.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Page;
import io.espalier.controller.Servers;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;

/** What operators do in the console whatever they came for, and pictures for whoever wants to look at it. */
final class ConsolePage {
    static final List<String> THEMES = List.of("light", "dark");

    private final Page page;
    private final URL url;

    private ConsolePage(Page page, URL url) {
        this.page = page;
        this.url = url;
    }

    static ConsolePage signedIn(Page page, URL url) {
        page.navigate(url.toString());
        page.getByLabel("Password").fill(Servers.ADMIN_PASSWORD);
        page.getByText("Sign in").click();
        assertThat(page.locator("h1")).hasText("Fleet");
        return new ConsolePage(page, url);
    }

    void openDevice(String device) {
        page.navigate(url + "#/devices/" + device);
        assertThat(page.locator("h1")).hasText(device);
    }

    void theme(String theme) {
        page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme);
    }

    /** The whole page in both themes, into the folder of the build. */
    void screenshots(String name) {
        for (String theme : THEMES) {
            theme(theme);
            screenshot(name + "-" + theme);
        }
    }

    void screenshot(String name) {
        page.screenshot(new Page.ScreenshotOptions()
                .setFullPage(true)
                .setPath(Path.of("target", "screenshots", name + ".png")));
    }
}
