package io.espalier.agent.state;

import io.espalier.host.Folders;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * A small file that is always either its old content or its new content, whatever happens while it is written.
 *
 * <p>Write to a neighbour, synced, rename it over, fsync the folder. Streams, because an interrupt closes a channel.
 */
public final class AtomicFile {
    private final Path path;
    private final Steps steps;
    private final boolean ownerOnly;

    public AtomicFile(Path path, Steps steps) {
        this(path, steps, false);
    }

    private AtomicFile(Path path, Steps steps, boolean ownerOnly) {
        this.path = path;
        this.steps = steps;
        this.ownerOnly = ownerOnly;
    }

    /** A file that nobody but its owner can read, from its first byte on, where the system can. */
    public static AtomicFile ownerOnly(Path path, Steps steps) {
        return new AtomicFile(path, steps, true);
    }

    public static AtomicFile at(Path path) {
        return new AtomicFile(path, Steps.UNWATCHED);
    }

    public void write(byte[] content) throws IOException {
        String name = String.valueOf(path.getFileName());
        Path temporary = path.resolveSibling(name + ".tmp");
        steps.before("write " + name);
        if (ownerOnly) {
            hide(temporary);
        }
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
        Folders.syncNameOf(path);
    }

    /** The file keeps these permissions when it is written and renamed. */
    private static void hide(Path temporary) throws IOException {
        Files.deleteIfExists(temporary);
        if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(
                    temporary, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
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
            Folders.syncNameOf(path);
        }
    }
}
