package io.espalier.controller.artifact;

import io.espalier.proto.Sha256;
import java.util.List;

/** What a manifest says of its content: the files in their order, and the digest of each chunk of their concatenation. */
public record PackedContent(List<PackedFile> files, int chunkSizeBytes, List<Sha256> chunks) {
    public PackedContent {
        files = List.copyOf(files);
        chunks = List.copyOf(chunks);
    }

    /** What travels. */
    public long sizeBytes() {
        return files.stream().mapToLong(PackedFile::packedBytes).sum();
    }

    /**
     * One file within the content.
     *
     * @param sha256 of the file itself
     * @param sizeBytes of the file itself
     * @param deflated whether it is a zlib stream in the content
     * @param packedBytes what it takes of the content
     */
    public record PackedFile(String name, Sha256 sha256, long sizeBytes, boolean deflated, long packedBytes) {}
}
