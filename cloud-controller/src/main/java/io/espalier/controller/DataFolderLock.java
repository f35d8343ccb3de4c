package io.espalier.controller;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a data folder to one controller. A second one would end the first one's workers, take its leases and delete
 * what it is storing. The operating system frees the lock when the process ends, however it ends.
 */
final class DataFolderLock implements AutoCloseable {
    private static final String NAME = "controller.lock";
    /** Behind the number, which others may read while the lock is held. */
    private static final long LOCKED_BYTE = 1 << 20;

    private final FileChannel channel;

    private DataFolderLock(FileChannel channel) {
        this.channel = channel;
    }

    /** @throws IllegalArgumentException with what to do, where another controller has the folder or nobody can */
    static DataFolderLock take(Path folder) {
        Path file = folder.resolve(NAME);
        try {
            Files.createDirectories(folder);
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (tryLock(channel) == null) {
                channel.close();
                throw new IllegalArgumentException("The data folder " + folder + " is in use by the controller with"
                        + " process id "
                        + Files.readString(file, StandardCharsets.UTF_8).strip()
                        + ". Stop that one, or choose another folder with -Despalier.data.dir=DIR");
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8)));
            return new DataFolderLock(channel);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "Cannot lock the data folder " + folder + " (" + e + "): is espalier.data.dir writable?", e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock(LOCKED_BYTE, 1, false);
        } catch (OverlappingFileLockException e) {
            return null; // This very process has it.
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
