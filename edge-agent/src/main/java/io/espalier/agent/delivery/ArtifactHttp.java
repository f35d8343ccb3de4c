package io.espalier.agent.delivery;

import io.espalier.agent.link.BoundedHttp;
import io.espalier.agent.link.Causes;
import io.espalier.agent.link.SecureContext;
import io.espalier.proto.Sha256;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;

/** The last way to a part: ask the controller for it over HTTP. */
final class ArtifactHttp {
    private final BoundedHttp http;
    private final URI controller;

    ArtifactHttp(URI controller, SecureContext tls) {
        this.http = new BoundedHttp(tls);
        this.controller = controller;
    }

    /** The part's bytes, not yet verified; throws where it does not come or is longer than it may be. */
    byte[] get(Sha256 digest, Part part, int mostBytes) throws IOException, InterruptedException {
        String name = part.isManifest() ? "manifest" : "chunks/" + part.chunk();
        URI uri = URI.create(controller + "/api/v1/artifacts/" + digest + "/" + name);
        try {
            BoundedHttp.Answer answer = http.send(HttpRequest.newBuilder(uri), mostBytes);
            if (answer.status() != 200) {
                throw new IOException("HTTP " + answer.status());
            }
            return answer.body();
        } catch (IOException e) {
            throw new IOException("GET " + uri + ": " + Causes.inShort(e), e);
        }
    }
}
