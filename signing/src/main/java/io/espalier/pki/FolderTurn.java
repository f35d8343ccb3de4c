package io.espalier.pki;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;

/** A turn at a folder that several processes write to; the system ends it with the process. */
final class FolderTurn implements AutoCloseable {
    /** A lock of the system is one process's, so threads of this one wait here; for all folders, as turns are short. */
    private static final ReentrantLock IN_PROCESS = new ReentrantLock(true);

    private final FileChannel channel;
    private final FileLock lock;

    private FolderTurn(FileChannel channel, FileLock lock) {
        this.channel = channel;
        this.lock = lock;
    }

    /** Waits until nobody else has it. */
    static FolderTurn take(Path folder) throws IOException {
        IN_PROCESS.lock();
        try {
            FileChannel channel =
                    FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                return new FolderTurn(channel, channel.lock());
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            IN_PROCESS.unlock();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        try {
            lock.release();
            channel.close();
        } finally {
            IN_PROCESS.unlock();
        }
    }
}
