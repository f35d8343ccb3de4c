package io.espalier.agent.delivery;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.espalier.proto.FileInContent;
import io.espalier.proto.Sha256;
import io.espalier.proto.v1.ArtifactFile;
import io.espalier.proto.v1.Manifest;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/** Believes a manifest only when its bytes have the digest asked for and its numbers agree with each other. */
final class ManifestCheck {
    private static final int MOST_CHUNK_BYTES = 1 << 20;
    private static final long MOST_CONTENT_BYTES = 1L << 30;
    private static final int DIGEST_BYTES = 32;
    private static final Pattern LEGAL_NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}");

    private ManifestCheck() {}

    static Manifest parse(Sha256 digest, byte[] bytes) throws CorruptArtifactException {
        if (!Sha256.of(bytes).equals(digest)) {
            throw new CorruptArtifactException("manifest " + digest + " has the digest " + Sha256.of(bytes));
        }
        try {
            Manifest manifest = Manifest.parseFrom(bytes);
            check(manifest);
            return manifest;
        } catch (InvalidProtocolBufferException e) {
            throw new CorruptArtifactException("manifest " + digest + " is not one: " + e.getMessage());
        }
    }

    private static void check(Manifest manifest) throws CorruptArtifactException {
        Set<String> names = new HashSet<>();
        for (ArtifactFile file : manifest.getFilesList()) {
            require(LEGAL_NAME.matcher(file.getName()).matches(), "file name \"" + file.getName() + "\" is not legal");
            require(names.add(file.getName()), "file name \"" + file.getName() + "\" occurs twice");
            require(file.getSha256().size() == DIGEST_BYTES, "file " + file.getName() + " has no SHA-256");
            require(
                    FileInContent.canUnpack(file),
                    "file " + file.getName() + " comes in the encoding " + file.getEncodingValue()
                            + ", which this agent does not know: upgrade the agent");
            requireLength(file, file.getSizeBytes());
            requireLength(file, FileInContent.encodedBytes(file));
        }
        long size = contentBytes(manifest);
        long unpacked = unpackedBytes(manifest);
        require(unpacked <= MOST_CONTENT_BYTES, "files of " + unpacked + " bytes are more than " + MOST_CONTENT_BYTES);
        int chunk = manifest.getChunkSizeBytes();
        require(size <= MOST_CONTENT_BYTES, "content of " + size + " bytes is more than " + MOST_CONTENT_BYTES);
        require(
                chunk > 0 && chunk <= MOST_CHUNK_BYTES,
                "chunk size " + chunk + " is not within 1.." + MOST_CHUNK_BYTES);
        long chunks = (size + chunk - 1) / chunk;
        require(
                chunks == manifest.getChunkSha256Count(),
                size + " bytes make " + chunks + " chunks, " + manifest.getChunkSha256Count() + " are listed");
        for (ByteString digest : manifest.getChunkSha256List()) {
            require(digest.size() == DIGEST_BYTES, "a chunk digest has " + digest.size() + " bytes");
        }
    }

    private static void requireLength(ArtifactFile file, long bytes) throws CorruptArtifactException {
        require(
                bytes >= 0 && bytes <= MOST_CONTENT_BYTES,
                "file " + file.getName() + " declares " + Long.toUnsignedString(bytes) + " bytes, more than "
                        + MOST_CONTENT_BYTES);
    }

    /** What is fetched. */
    static long contentBytes(Manifest manifest) {
        return manifest.getFilesList().stream()
                .mapToLong(FileInContent::encodedBytes)
                .sum();
    }

    /** What a slot takes. */
    static long unpackedBytes(Manifest manifest) {
        return manifest.getFilesList().stream()
                .mapToLong(ArtifactFile::getSizeBytes)
                .sum();
    }

    private static void require(boolean holds, String otherwise) throws CorruptArtifactException {
        if (!holds) {
            throw new CorruptArtifactException("manifest refused: " + otherwise);
        }
    }
}
