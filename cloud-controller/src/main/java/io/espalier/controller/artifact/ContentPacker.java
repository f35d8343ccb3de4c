package io.espalier.controller.artifact;

import io.espalier.proto.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * Concatenates files and takes the digest of each file and of each chunk on the way.
 *
 * <p><i>Cost</i>: one pass, one buffer of a chunk's size, whatever the size of the files.
 */
final class ContentPacker {
    private final int chunkSizeBytes;
    private final OutputStream content;
    private final List<Sha256> chunks = new ArrayList<>();
    private final byte[] chunk;
    private int filled;

    ContentPacker(int chunkSizeBytes, OutputStream content) {
        if (chunkSizeBytes < 1) {
            throw new IllegalArgumentException("Chunks of " + chunkSizeBytes + " bytes are not possible");
        }
        this.chunkSizeBytes = chunkSizeBytes;
        this.content = content;
        this.chunk = new byte[chunkSizeBytes];
    }

    PackedContent pack(List<ArtifactPart> parts) throws IOException {
        List<PackedContent.PackedFile> files = new ArrayList<>();
        for (ArtifactPart part : parts) {
            files.add(append(part));
        }
        closeChunk();
        return new PackedContent(files, chunkSizeBytes, chunks);
    }

    private PackedContent.PackedFile append(ArtifactPart part) throws IOException {
        MessageDigest digest = Sha256.newDigest();
        long size = 0;
        try (InputStream in = Files.newInputStream(part.file())) {
            int read;
            while ((read = in.read(chunk, filled, chunkSizeBytes - filled)) >= 0) {
                digest.update(chunk, filled, read);
                filled += read;
                size += read;
                if (filled == chunkSizeBytes) {
                    closeChunk();
                }
            }
        }
        return new PackedContent.PackedFile(part.name(), Sha256.ofBytes(digest.digest()), size);
    }

    private void closeChunk() throws IOException {
        if (filled == 0) {
            return;
        }
        MessageDigest digest = Sha256.newDigest();
        digest.update(chunk, 0, filled);
        chunks.add(Sha256.ofBytes(digest.digest()));
        content.write(chunk, 0, filled);
        filled = 0;
    }
}
