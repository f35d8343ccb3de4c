package io.espalier.controller.artifact.adapter;

import io.espalier.controller.artifact.ArtifactFiles;
import io.espalier.controller.artifact.ArtifactStore;
import io.espalier.proto.FileInContent;
import io.espalier.proto.FileInContent.NotAsDeclaredException;
import io.espalier.proto.Sha256;
import io.espalier.proto.v1.ArtifactFile;
import io.espalier.proto.v1.Manifest;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Unpacks files of artifacts on disk. */
@Singleton
final class StoredFiles implements ArtifactFiles {
    private final ArtifactStore store;

    StoredFiles(ArtifactStore store) {
        this.store = store;
    }

    @Override
    public void copy(Sha256 artifact, String name, OutputStream out) throws IOException {
        byte[] manifest = store.manifest(artifact).orElseThrow(() -> missing(artifact));
        Path content = store.content(artifact).orElseThrow(() -> missing(artifact));
        try (InputStream in = Files.newInputStream(content)) {
            for (ArtifactFile file : Manifest.parseFrom(manifest).getFilesList()) {
                if (file.getName().equals(name)) {
                    FileInContent.unpack(file, in, out);
                    return;
                }
                FileInContent.skip(file, in);
            }
        } catch (NotAsDeclaredException e) {
            throw new IOException("Artifact " + artifact + " is damaged on disk: " + e.getMessage(), e);
        }
        throw new IOException("Artifact " + artifact + " has no file " + name);
    }

    private static IOException missing(Sha256 artifact) {
        return new IOException("Artifact " + artifact + " is not on disk");
    }
}
