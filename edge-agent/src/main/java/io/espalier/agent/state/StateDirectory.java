package io.espalier.agent.state;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * The agent's folder, locked for one process at a time.
 *
 * <pre>
 * lock              held while an agent runs
 * enrolment.json    credentials, readable by the owner only
 * nonce             random, made before the first enrolment request
 * epoch             the largest epoch drawn so far
 * serve.port        where the Open Inference Protocol answers
 * active            which slot serves, and how it got there
 * refused.pb        the last trial, when it was refused
 * trying            the trial that runs now, and how often it was begun
 * slots/a, slots/b  model.onnx, golden.pb, provenance.json, manifest.pb
 * staging/DIGEST    manifest.pb and content of an artifact on its way
 * profiles          DIGEST.pb, one measured probe suite each
 * spool             telemetry not yet acknowledged
 * native            ONNX Runtime's libraries, unpacked once
 * </pre>
 */
public final class StateDirectory implements AutoCloseable {
    private final Path root;
    private final FileChannel lockChannel;
    private final FileLock lock;

    private StateDirectory(Path root, FileChannel lockChannel, FileLock lock) {
        this.root = root;
        this.lockChannel = lockChannel;
        this.lock = lock;
    }

    /** Makes and locks the folder. */
    public static StateDirectory open(Path root) throws StateUnusableException {
        try {
            if (!Files.isDirectory(root)) {
                Files.createDirectories(root);
                if (Files.getFileStore(root).supportsFileAttributeView("posix")) {
                    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx------"));
                }
            }
            FileChannel channel =
                    FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                throw new StateUnusableException("State directory " + root
                        + " is in use by another agent: give each agent a state.dir of its own");
            }
            return new StateDirectory(root, channel, lock);
        } catch (IOException e) {
            throw StateUnusableException.of(root, e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    /** A file right under the root. */
    public Path file(String name) {
        return root.resolve(name);
    }

    /** A folder under the root, made where it is missing. */
    public Path folder(String name) throws IOException {
        return Files.createDirectories(root.resolve(name));
    }

    @Override
    public void close() throws IOException {
        if (lock.isValid()) {
            lock.release();
        }
        lockChannel.close();
    }
}
