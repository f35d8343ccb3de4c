package io.espalier.controller.artifact;

import io.espalier.host.Folders;
import io.espalier.proto.Sha256;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/**
 * Artifacts on disk, one folder each, named by the SHA-256 of the manifest. A folder appears complete or not at all;
 * storing the same artifact twice is storing it once.
 */
public final class ArtifactStore {
    private static final String MANIFEST = "manifest.pb";
    private static final String CONTENT = "content";
    private static final String UNFINISHED = ".new-";

    private final Path root;
    private final int chunkSizeBytes;
    private final ToIntFunction<byte[]> chunkSizeOf;
    private final FolderSync sync;

    /** Makes durable which files and folders a folder has. */
    @FunctionalInterface
    interface FolderSync {
        void force(Path folder) throws IOException;
    }

    /**
     * @param chunkSizeBytes of artifacts that are stored from now on
     * @param chunkSizeOf reads from a manifest how its artifact was cut when it was stored
     */
    public ArtifactStore(Path root, int chunkSizeBytes, ToIntFunction<byte[]> chunkSizeOf) {
        this(root, chunkSizeBytes, chunkSizeOf, Folders::sync);
    }

    /** With another way to make folders durable, so that a test sees when that is. */
    ArtifactStore(Path root, int chunkSizeBytes, ToIntFunction<byte[]> chunkSizeOf, FolderSync sync) {
        this.root = root;
        this.chunkSizeBytes = chunkSizeBytes;
        this.chunkSizeOf = chunkSizeOf;
        this.sync = sync;
        try {
            Files.createDirectories(root);
            removeUnfinished();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Cannot use the artifact folder " + root + ": is espalier.data.dir writable?", e);
        }
    }

    /** As below, with files as they are. */
    public Sha256 put(List<ArtifactPart> parts, Function<PackedContent, byte[]> manifest) {
        return put(parts, Packing.AS_THEY_ARE, manifest);
    }

    /**
     * Packs the parts and keeps them; when this returns, a power cut does not take them away.
     *
     * @param manifest writes the manifest's bytes once digests and sizes are known
     * @return the artifact's name
     */
    public Sha256 put(List<ArtifactPart> parts, Packing packing, Function<PackedContent, byte[]> manifest) {
        Path unfinished = root.resolve(UNFINISHED + UUID.randomUUID());
        try {
            Files.createDirectory(unfinished);
            byte[] manifestBytes = manifest.apply(writeContent(parts, packing, unfinished.resolve(CONTENT)));
            writeDurably(unfinished.resolve(MANIFEST), manifestBytes);
            sync.force(unfinished);
            Sha256 name = Sha256.of(manifestBytes);
            publish(unfinished, folder(name));
            sync.force(root); // Also where it was there: whoever stored it may have been killed before this.
            return name;
        } catch (IOException e) {
            deleteQuietly(unfinished);
            throw new UncheckedIOException(
                    "Cannot store an artifact under " + root + " (is the disk full?): " + e.getMessage(), e);
        }
    }

    public Optional<byte[]> manifest(Sha256 artifact) {
        try {
            return Optional.of(Files.readAllBytes(folder(artifact).resolve(MANIFEST)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the manifest of artifact " + artifact, e);
        }
    }

    /** Number of chunks; zero where the artifact is unknown or empty. */
    public int chunkCount(Sha256 artifact) {
        try {
            long size = Files.size(folder(artifact).resolve(CONTENT));
            int chunkSize = chunkSize(artifact);
            return Math.toIntExact((size + chunkSize - 1) / chunkSize);
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read artifact " + artifact, e);
        }
    }

    /** The bytes of one chunk, or nothing where artifact or chunk do not exist. */
    public Optional<byte[]> chunk(Sha256 artifact, int index) {
        try (FileChannel content = FileChannel.open(folder(artifact).resolve(CONTENT), StandardOpenOption.READ)) {
            int chunkSize = chunkSize(artifact);
            long from = (long) index * chunkSize;
            if (index < 0 || from >= content.size()) {
                return Optional.empty();
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(chunkSize, content.size() - from));
            while (bytes.hasRemaining()) {
                if (content.read(bytes, from + bytes.position()) < 0) {
                    throw new IOException("it became shorter while it was read");
                }
            }
            return Optional.of(bytes.array());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read chunk " + index + " of artifact " + artifact, e);
        }
    }

    /** The file with the bytes of all chunks in their order; nothing where the artifact does not exist. */
    public Optional<Path> content(Sha256 artifact) {
        Path content = folder(artifact).resolve(CONTENT);
        return Files.exists(content) ? Optional.of(content) : Optional.empty();
    }

    /** Of all chunks but the last; zero where the artifact is unknown. */
    public int chunkSizeBytes(Sha256 artifact) {
        return manifest(artifact).map(chunkSizeOf::applyAsInt).orElse(0);
    }

    private int chunkSize(Sha256 artifact) throws IOException {
        return chunkSizeOf.applyAsInt(Files.readAllBytes(folder(artifact).resolve(MANIFEST)));
    }

    public boolean contains(Sha256 artifact) {
        return Files.exists(folder(artifact).resolve(MANIFEST));
    }

    /** Removes an artifact; one that is not there is removed already. */
    public void remove(Sha256 artifact) {
        deleteQuietly(folder(artifact));
    }

    private PackedContent writeContent(List<ArtifactPart> parts, Packing packing, Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                OutputStream out = new BufferedOutputStream(java.nio.channels.Channels.newOutputStream(channel))) {
            PackedContent packed = new ContentPacker(chunkSizeBytes, packing, out).pack(parts);
            out.flush();
            channel.force(true);
            return packed;
        }
    }

    private static void writeDurably(Path file, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
    }

    private static void publish(Path unfinished, Path finished) throws IOException {
        if (Files.exists(finished)) {
            deleteQuietly(unfinished);
            return;
        }
        try {
            Files.move(unfinished, finished, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
            deleteQuietly(unfinished); // Another thread stored the same content first.
        }
    }

    private void removeUnfinished() throws IOException {
        try (Stream<Path> entries = Files.list(root)) {
            entries.filter(entry -> entry.getFileName().toString().startsWith(UNFINISHED))
                    .forEach(ArtifactStore::deleteQuietly);
        }
    }

    private static void deleteQuietly(Path folder) {
        try {
            Files.deleteIfExists(folder.resolve(MANIFEST));
            Files.deleteIfExists(folder.resolve(CONTENT));
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            System.getLogger(ArtifactStore.class.getName())
                    .log(System.Logger.Level.WARNING, "Cannot delete " + folder + ": remove it by hand", e);
        }
    }

    private Path folder(Sha256 artifact) {
        return root.resolve(artifact.hex());
    }
}
