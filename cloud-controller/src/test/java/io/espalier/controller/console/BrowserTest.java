package io.espalier.controller.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import io.quarkus.test.common.http.TestHTTPResource;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A page of its own for each test, in whose scripts nothing may fail. */
@SuppressWarnings("NullAway.Init") // Quarkus and JUnit fill the fields.
abstract class BrowserTest {
    @RegisterExtension
    static final Chromium CHROMIUM = new Chromium();

    @TestHTTPResource("/")
    URL url;

    BrowserContext context;
    Page page;

    private final List<String> scriptErrors = new ArrayList<>();

    @BeforeEach
    final void openPage() {
        context = CHROMIUM.newContext();
        page = context.newPage();
        page.onPageError(scriptErrors::add);
    }

    @AfterEach
    final void closePage() {
        context.close();
        assertThat(scriptErrors).as("errors in the console's scripts").isEmpty();
    }
}
