package io.espalier.agent.delivery;

import io.espalier.agent.delivery.PartDownload.AbandonedException;
import io.espalier.agent.delivery.PartDownload.Taker;
import io.espalier.proto.Sha256;
import io.espalier.proto.v1.Manifest;
import java.io.IOException;
import java.util.Deque;
import java.util.function.BooleanSupplier;

/**
 * Downloads the content of one artifact over HTTP, with one request for each run of chunks that are missing side by side.
 * A chunk is verified and kept as soon as it is whole, so a download that broke goes on behind the last one.
 */
final class ContentDownload {
    private final Sha256 digest;
    private final ArtifactHttp http;
    private final BooleanSupplier wanted;

    ContentDownload(Sha256 digest, ArtifactHttp http, BooleanSupplier wanted) {
        this.digest = digest;
        this.http = http;
        this.wanted = wanted;
    }

    /** Throws IOException where it breaks off, comes too slowly, or the disk fails. */
    void run(Manifest manifest, Deque<Integer> missing, Taker taker)
            throws IOException, InterruptedException, CorruptArtifactException, AbandonedException {
        while (!missing.isEmpty()) {
            if (!wanted.getAsBoolean()) {
                throw new AbandonedException();
            }
            int first = missing.remove();
            int last = first;
            while (!missing.isEmpty() && missing.element() == last + 1) {
                last = missing.remove();
            }
            ChunkAssembly chunks = new ChunkAssembly(manifest, first, wanted, taker);
            http.takeContent(digest, Staging.offset(manifest, first), Staging.offset(manifest, last + 1) - 1, chunks);
            if (chunks.isAbandoned()) {
                throw new AbandonedException();
            }
            if (chunks.next() <= last) {
                throw new CorruptArtifactException("chunk " + chunks.next() + " of artifact " + digest
                        + " came over HTTP, but not with the right digest");
            }
        }
    }
}
