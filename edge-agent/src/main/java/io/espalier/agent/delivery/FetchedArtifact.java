package io.espalier.agent.delivery;

import io.espalier.proto.Sha256;
import io.espalier.proto.v1.ArtifactFile;
import io.espalier.proto.v1.Manifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;

/** An artifact whose every chunk is on disk and verified. */
public record FetchedArtifact(Sha256 digest, Manifest manifest, Path releaseFile, Path content) {
    private static final int COPY_BYTES = 64 << 10;

    public boolean has(String name) {
        return manifest.getFilesList().stream().anyMatch(file -> file.getName().equals(name));
    }

    /** The signed release as it came. */
    public byte[] release() throws IOException {
        return Files.readAllBytes(releaseFile);
    }

    /** Copies one file out, fsyncs it and verifies its digest. */
    public void extract(String name, Path target) throws IOException, CorruptArtifactException {
        long offset = 0;
        for (ArtifactFile file : manifest.getFilesList()) {
            if (file.getName().equals(name)) {
                copy(file, offset, target);
                return;
            }
            offset += file.getSizeBytes();
        }
        throw new CorruptArtifactException("artifact " + digest + " has no file " + name);
    }

    private void copy(ArtifactFile file, long offset, Path target) throws IOException, CorruptArtifactException {
        MessageDigest sha256 = Sha256.newDigest();
        try (FileChannel in = FileChannel.open(content, StandardOpenOption.READ);
                FileChannel out = FileChannel.open(
                        target,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
            long copied = 0;
            while (copied < file.getSizeBytes()) {
                buffer.clear().limit((int) Math.min(COPY_BYTES, file.getSizeBytes() - copied));
                int read = in.read(buffer, offset + copied);
                if (read < 0) {
                    throw new CorruptArtifactException("artifact " + digest + " ends within " + file.getName());
                }
                buffer.flip();
                sha256.update(buffer.duplicate());
                while (buffer.hasRemaining()) {
                    out.write(buffer);
                }
                copied += read;
            }
            out.force(true);
        }
        if (!MessageDigest.isEqual(sha256.digest(), file.getSha256().toByteArray())) {
            throw new CorruptArtifactException("file " + file.getName() + " of artifact " + digest
                    + " does not have the digest its manifest gives");
        }
    }
}
