package io.espalier.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps something, such as a folder, to one process: whoever has the claim on a file has it alone. The operating system
 * ends the claim with the process, however that ends.
 */
public final class FileClaim implements AutoCloseable {
    /** Behind the holder's number, which others may read meanwhile. */
    private static final long LOCKED_BYTE = 1 << 20;

    private final FileChannel channel;

    private FileClaim(FileChannel channel) {
        this.channel = channel;
    }

    /** Makes the file where it is missing; empty where somebody has the claim, this very process included. */
    public static Optional<FileClaim> tryTake(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (tryLock(channel) == null) {
                channel.close();
                return Optional.empty();
            }
            noteHolder(channel);
            return Optional.of(new FileClaim(channel));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static void noteHolder(FileChannel channel) {
        try {
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            // For people only: on a full disk the claim is as good without.
        }
    }

    /** The process id of who has the claim, as it was written; empty where nobody ever had it. */
    public static String holder(Path file) throws IOException {
        return Files.exists(file)
                ? Files.readString(file, StandardCharsets.UTF_8).strip()
                : "";
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
