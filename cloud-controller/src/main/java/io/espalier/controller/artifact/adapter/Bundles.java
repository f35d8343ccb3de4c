package io.espalier.controller.artifact.adapter;

import io.espalier.controller.artifact.ArtifactStore;
import io.espalier.controller.signing.Notary;
import io.espalier.proto.Sha256;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes an artifact as one file that can be verified anywhere: its release, the roots, and its content as one stream. */
@Singleton
final class Bundles {
    private final ArtifactStore store;
    private final Releases releases;
    private final Notary notary;

    Bundles(ArtifactStore store, Releases releases, Notary notary) {
        this.store = store;
        this.releases = releases;
        this.notary = notary;
    }

    /** Empty where there is no such artifact, or none that was released. */
    Optional<StreamingOutput> of(Sha256 artifact) {
        return releases.envelope(artifact).map(release -> out -> write(artifact, release, out));
    }

    private void write(Sha256 artifact, byte[] release, OutputStream out) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            put(zip, "release.dsse", release);
            for (long version = 1; version <= notary.root().version(); version++) {
                put(zip, "roots/" + version + ".root", notary.root(version).orElseThrow());
            }
            zip.putNextEntry(new ZipEntry("content"));
            for (int chunk = 0; chunk < store.chunkCount(artifact); chunk++) {
                zip.write(store.chunk(artifact, chunk).orElseThrow(() -> new IOException("a chunk is gone")));
            }
            zip.closeEntry();
        }
    }

    private static void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(bytes);
        zip.closeEntry();
    }
}
