package io.espalier.controller.artifact;

import io.espalier.proto.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterInputStream;

/**
 * Concatenates files and takes the digest of each file and of each chunk on the way.
 *
 * <p><i>Cost</i>: one pass, two where files may be deflated; a buffer of a chunk's size and those of the deflater, whatever the
 * size of the files.
 */
final class ContentPacker {
    /** A file as it is needs nothing undone on a device; less is not worth that. */
    private static final double LEAST_SAVING = 0.1;

    private final int chunkSizeBytes;
    private final Packing packing;
    private final OutputStream content;
    private final List<Sha256> chunks = new ArrayList<>();
    private final byte[] chunk;
    private int filled;

    ContentPacker(int chunkSizeBytes, Packing packing, OutputStream content) {
        if (chunkSizeBytes < 1) {
            throw new IllegalArgumentException("Chunks of " + chunkSizeBytes + " bytes are not possible");
        }
        this.chunkSizeBytes = chunkSizeBytes;
        this.packing = packing;
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
        boolean deflated = packing == Packing.DEFLATED_WHERE_IT_PAYS && pays(part.file());
        MessageDigest digest = Sha256.newDigest();
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
        try (DigestInputStream file = new DigestInputStream(Files.newInputStream(part.file()), digest);
                InputStream packed = deflated ? new DeflaterInputStream(file, deflater) : file) {
            long packedBytes = append(packed);
            long sizeBytes = deflated ? deflater.getBytesRead() : packedBytes;
            return new PackedContent.PackedFile(
                    part.name(), Sha256.ofBytes(digest.digest()), sizeBytes, deflated, packedBytes);
        } finally {
            deflater.end();
        }
    }

    private static boolean pays(Path file) throws IOException {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
        try (InputStream deflated = new DeflaterInputStream(Files.newInputStream(file), deflater)) {
            long bytes = deflated.transferTo(OutputStream.nullOutputStream());
            return bytes <= (1 - LEAST_SAVING) * deflater.getBytesRead();
        } finally {
            deflater.end();
        }
    }

    /** Gives how many bytes there were. */
    private long append(InputStream in) throws IOException {
        long bytes = 0;
        int read;
        while ((read = in.read(chunk, filled, chunkSizeBytes - filled)) >= 0) {
            filled += read;
            bytes += read;
            if (filled == chunkSizeBytes) {
                closeChunk();
            }
        }
        return bytes;
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
