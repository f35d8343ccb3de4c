package io.espalier.benchmarks.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.agent.toys.ToyArtifact;
import io.espalier.agent.toys.ToyArtifactServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

class FleetRoundsTest {
    @Test
    void countsTheBytesOfWhatIsAskedOverHttp() throws Exception {
        ToyArtifact artifact = ToyArtifact.suite(100);
        try (ToyArtifactServer http = ToyArtifactServer.start().hold(artifact)) {
            HttpBodies bodies = new HttpBodies(http.url(), HttpClient.newHttpClient());
            long received = bodies.bytes(artifact, "manifest")
                    + bodies.bytes(artifact, "chunks/0")
                    + bodies.bytes(artifact, "chunks/0")
                    + bodies.bytes(artifact, "chunks/" + (artifact.chunks().size() - 1));
            bodies.bytes(artifact, "chunks/" + artifact.chunks().size());

            assertThat(FleetRounds.httpBytes(http.requests(), artifact)).isEqualTo(received);
        }
    }

    private record HttpBodies(URI server, HttpClient client) {
        long bytes(ToyArtifact artifact, String part) throws Exception {
            URI uri = server.resolve("/api/v1/artifacts/" + artifact.digest() + "/" + part);
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofByteArray())
                    .body()
                    .length;
        }
    }
}
