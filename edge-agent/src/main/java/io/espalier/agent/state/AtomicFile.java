package io.espalier.agent.state;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A small file that is always either its old content or its new content, whatever happens while it is written.
 *
 * <p>Write to a neighbour, synced, rename it over, fsync the folder. Streams, because an interrupt closes a channel.
 */
public final class AtomicFile {
    private final Path path;
    private final Steps steps;

    public AtomicFile(Path path, Steps steps) {
        this.path = path;
        this.steps = steps;
    }

    public static AtomicFile at(Path path) {
        return new AtomicFile(path, Steps.UNWATCHED);
    }

    public void write(byte[] content) throws IOException {
        String name = String.valueOf(path.getFileName());
        Path temporary = path.resolveSibling(name + ".tmp");
        steps.before("write " + name);
        try (OutputStream out = Files.newOutputStream(
                temporary,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE,
                StandardOpenOption.SYNC)) {
            out.write(content);
        } catch (IOException e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
        steps.before("rename " + name);
        Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        steps.before("sync folder of " + name);
        syncFolder(path);
    }

    /** The content; empty where the file is not there. */
    public Optional<byte[]> read() throws IOException {
        try {
            return Optional.of(Files.readAllBytes(path));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Removes the file; the removal itself survives a power cut. */
    public void delete() throws IOException {
        steps.before("delete " + path.getFileName());
        if (Files.deleteIfExists(path)) {
            syncFolder(path);
        }
    }

    /** Makes the names in the folder of {@code file} durable, where the system can (not on Windows). */
    public static void syncFolder(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || System.getProperty("os.name", "").startsWith("Windows")) {
            return;
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
