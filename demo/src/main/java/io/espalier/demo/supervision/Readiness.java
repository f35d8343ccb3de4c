package io.espalier.demo.supervision;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** How a child says that others may rely on it. */
public sealed interface Readiness {
    /** As soon as it runs. */
    record Started() implements Readiness {}

    /** When it has printed a line that starts so. */
    record Line(String prefix) implements Readiness {}

    /** When this address answers 200. */
    record Http(URI address) implements Readiness {
        boolean answers(HttpClient client) throws InterruptedException {
            HttpRequest request = HttpRequest.newBuilder(address)
                    .timeout(Duration.ofSeconds(2))
                    .build();
            try {
                return client.send(request, HttpResponse.BodyHandlers.discarding())
                                .statusCode()
                        == 200;
            } catch (IOException notYet) {
                return false;
            }
        }
    }
}
