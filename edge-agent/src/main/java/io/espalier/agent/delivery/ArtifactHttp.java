package io.espalier.agent.delivery;

import io.espalier.agent.link.Causes;
import io.espalier.proto.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The last way to a part: ask the controller for it over HTTP. */
final class ArtifactHttp {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final URI controller;
    private @Nullable HttpClient client;

    ArtifactHttp(URI controller) {
        this.controller = controller;
    }

    /** The part's bytes, not yet verified; throws where it does not come or is longer than it may be. */
    byte[] get(Sha256 digest, Part part, int mostBytes) throws IOException, InterruptedException {
        String name = part.isManifest() ? "manifest" : "chunks/" + part.chunk();
        URI uri = URI.create(controller + "/api/v1/artifacts/" + digest + "/" + name);
        try {
            HttpResponse<InputStream> response = client().send(
                            HttpRequest.newBuilder(uri).timeout(TIMEOUT).build(),
                            HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                if (response.statusCode() != 200) {
                    throw new IOException("HTTP " + response.statusCode());
                }
                byte[] bytes = body.readNBytes(mostBytes + 1);
                if (bytes.length > mostBytes) {
                    throw new IOException("more than the " + mostBytes + " bytes it may have");
                }
                return bytes;
            }
        } catch (IOException e) {
            throw new IOException("GET " + uri + ": " + Causes.inShort(e), e);
        }
    }

    private HttpClient client() {
        if (client == null) {
            client = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(5))
                    .build();
        }
        return client;
    }
}
