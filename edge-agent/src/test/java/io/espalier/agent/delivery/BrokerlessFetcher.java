package io.espalier.agent.delivery;

import io.espalier.agent.link.SecureContext;
import io.espalier.proto.Topics;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** A fetcher that never finds its broker, and for which the time it waits for one flies. */
public final class BrokerlessFetcher {
    private BrokerlessFetcher() {}

    public static ArtifactFetcher of(URI controller, SecureContext tls, Path staging, ReleaseJudge judge) {
        return new ArtifactFetcher(
                staging,
                new Topics("default"),
                BrokerlessFetcher::connection,
                (digest, chunk) -> {},
                new ArtifactHttp(controller, tls),
                () -> new Silence(Patience.USUAL, System::nanoTime),
                any -> Long.MAX_VALUE,
                judge);
    }

    private static FetchConnection connection() {
        AtomicLong now = new AtomicLong();
        return new FetchConnection(
                () -> {
                    throw new IOException("no broker");
                },
                FetchConnection.backoff(),
                now::get,
                wait -> now.addAndGet(wait.toNanos()));
    }
}
