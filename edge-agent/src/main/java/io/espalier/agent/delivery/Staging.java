package io.espalier.agent.delivery;

import io.espalier.agent.state.AtomicFile;
import io.espalier.host.Folders;
import io.espalier.proto.Sha256;
import io.espalier.proto.v1.Manifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The folder of one artifact on its way. Chunks are written at their offset as they come, so memory is bounded by the
 * window; after a restart what is on disk is believed only where its digest is right. Every window of chunks is forced to the
 * disk, so a power cut takes no more than one of what was written.
 */
final class Staging {
    private final Sha256 digest;
    private final Path folder;
    private final Path content;
    private int unforcedChunks;

    Staging(Path folder, Sha256 digest) throws IOException {
        this.digest = digest;
        this.folder = Files.createDirectories(folder.resolve(digest.hex()));
        Folders.syncNameOf(this.folder);
        this.content = this.folder.resolve("content");
    }

    /** The release that was kept; it is to be judged again, for what was good then may not be now. */
    Optional<byte[]> release() throws IOException {
        return AtomicFile.at(releaseFile()).read();
    }

    void keepRelease(byte[] envelope) throws IOException {
        AtomicFile.at(releaseFile()).write(envelope);
    }

    private Path releaseFile() {
        return folder.resolve(SlotFolder.RELEASE);
    }

    /** Indices of the chunks that are not on disk with the right digest. */
    Deque<Integer> missingChunks(Manifest manifest) throws IOException {
        Deque<Integer> missing = new ArrayDeque<>();
        long size = ManifestCheck.contentBytes(manifest);
        try (FileChannel channel = FileChannel.open(
                content, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            if (channel.size() > size) {
                channel.truncate(size);
            }
            ByteBuffer buffer = ByteBuffer.allocate(manifest.getChunkSizeBytes());
            for (int i = 0; i < manifest.getChunkSha256Count(); i++) {
                buffer.clear().limit(chunkBytes(manifest, i));
                if (!readFully(channel, buffer, offset(manifest, i)) || !matches(manifest, i, buffer.flip())) {
                    missing.add(i);
                }
            }
        }
        Folders.syncNameOf(content);
        return missing;
    }

    private static boolean readFully(FileChannel channel, ByteBuffer buffer, long offset) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, offset + buffer.position()) < 0) {
                return false;
            }
        }
        return true;
    }

    static boolean matches(Manifest manifest, int chunk, ByteBuffer bytes) {
        if (bytes.remaining() != chunkBytes(manifest, chunk)) {
            return false;
        }
        MessageDigest sha256 = Sha256.newDigest();
        sha256.update(bytes.duplicate());
        return MessageDigest.isEqual(
                sha256.digest(), manifest.getChunkSha256(chunk).toByteArray());
    }

    /** Where a chunk begins; of the one after the last, where the content ends. */
    static long offset(Manifest manifest, int chunk) {
        return Math.min((long) chunk * manifest.getChunkSizeBytes(), ManifestCheck.contentBytes(manifest));
    }

    static int chunkBytes(Manifest manifest, int chunk) {
        return (int) (offset(manifest, chunk + 1) - offset(manifest, chunk));
    }

    /** Writes a verified chunk where it belongs. */
    void write(Manifest manifest, int chunk, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(content, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                channel.write(rest, offset(manifest, chunk) + rest.position());
            }
            if (++unforcedChunks >= PartDownload.WINDOW) {
                channel.force(false);
                unforcedChunks = 0;
            }
        }
    }

    FetchedArtifact fetched(Manifest manifest) {
        return new FetchedArtifact(digest, manifest, releaseFile(), content);
    }

    private static void removeFolder(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    /** Removes the artifacts in {@code root} that are not in use any more. */
    static void removeExcept(Path root, Set<String> digests) throws IOException {
        try (Stream<Path> folders = Files.list(root)) {
            for (Path folder : folders.toList()) {
                if (!digests.contains(String.valueOf(folder.getFileName()))) {
                    removeFolder(folder);
                }
            }
        }
    }
}
