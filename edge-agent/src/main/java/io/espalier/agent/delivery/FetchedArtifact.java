package io.espalier.agent.delivery;

import io.espalier.proto.FileInContent;
import io.espalier.proto.FileInContent.NotAsDeclaredException;
import io.espalier.proto.Sha256;
import io.espalier.proto.v1.ArtifactFile;
import io.espalier.proto.v1.Manifest;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** An artifact whose every chunk is on disk and verified. */
public record FetchedArtifact(Sha256 digest, Manifest manifest, Path releaseFile, Path content) {
    public boolean has(String name) {
        return manifest.getFilesList().stream().anyMatch(file -> file.getName().equals(name));
    }

    /** The signed release as it came. */
    public byte[] release() throws IOException {
        return Files.readAllBytes(releaseFile);
    }

    /** Unpacks one file, fsyncs it and verifies its digest. */
    public void extract(String name, Path target) throws IOException, CorruptArtifactException {
        long offset = 0;
        for (ArtifactFile file : manifest.getFilesList()) {
            if (file.getName().equals(name)) {
                unpack(file, offset, target);
                return;
            }
            offset += FileInContent.encodedBytes(file);
        }
        throw new CorruptArtifactException("artifact " + digest + " has no file " + name);
    }

    private void unpack(ArtifactFile file, long offset, Path target) throws IOException, CorruptArtifactException {
        try (FileChannel in = FileChannel.open(content, StandardOpenOption.READ);
                FileChannel out = FileChannel.open(
                        target,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            in.position(offset);
            FileInContent.unpack(file, Channels.newInputStream(in), Channels.newOutputStream(out));
            out.force(true);
        } catch (NotAsDeclaredException e) {
            throw new CorruptArtifactException("artifact " + digest + ": " + e.getMessage());
        }
    }
}
