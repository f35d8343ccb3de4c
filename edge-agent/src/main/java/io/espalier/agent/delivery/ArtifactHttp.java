package io.espalier.agent.delivery;

import io.espalier.agent.link.BoundedHttp;
import io.espalier.agent.link.Causes;
import io.espalier.agent.link.Pace;
import io.espalier.agent.link.SecureContext;
import io.espalier.proto.Sha256;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What the controller has of artifacts, over HTTP: the last way to a part, and the only way to large contents. */
final class ArtifactHttp {
    private final BoundedHttp http;
    private final URI controller;
    private final Pace pace;

    ArtifactHttp(URI controller, SecureContext tls) {
        this(controller, tls, Pace.USUAL);
    }

    ArtifactHttp(URI controller, SecureContext tls, Pace pace) {
        this.http = new BoundedHttp(tls);
        this.controller = controller;
        this.pace = pace;
    }

    /** The part's bytes, not yet verified; throws where it does not come or is longer than it may be. */
    byte[] get(Sha256 digest, Part part, int mostBytes) throws IOException, InterruptedException {
        String name = part.isManifest() ? "manifest" : "chunks/" + part.chunk();
        URI uri = uri(digest, name);
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

    /** Takes the content from one byte to another, not yet verified; throws where it does not come whole, or the taker does. */
    void takeContent(Sha256 digest, long first, long last, BoundedHttp.Taker taker)
            throws IOException, InterruptedException {
        URI uri = uri(digest, "content");
        AtomicReference<@Nullable IOException> ownFailure = new AtomicReference<>();
        try {
            http.takeRange(HttpRequest.newBuilder(uri), first, last, pace, bytes -> {
                try {
                    return taker.take(bytes);
                } catch (IOException e) {
                    ownFailure.set(e);
                    throw e;
                }
            });
        } catch (IOException e) {
            IOException own = ownFailure.get();
            throw own != null ? own : new IOException("GET " + uri + ": " + Causes.inShort(e), e);
        }
    }

    private URI uri(Sha256 digest, String name) {
        return URI.create(controller + "/api/v1/artifacts/" + digest + "/" + name);
    }
}
