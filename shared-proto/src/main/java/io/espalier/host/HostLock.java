package io.espalier.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets processes of one host take turns: timed runs exclude everything, training runs exclude only timed runs.
 *
 * <p>A turnstile file is passed before the lock itself, so a timed run that waits keeps new training slices out and is
 * served after at most one slice. The operating system frees the locks of a process that dies. One holder at a time
 * per instance; use one instance per JVM and lock path.
 */
public final class HostLock {
    private final Path path;
    private final ReentrantLock inProcess = new ReentrantLock(true);

    /** The lock file and its turnstile ({@code path} + ".turn") are made when first needed and never deleted. */
    public HostLock(Path path) {
        this.path = path;
    }

    /** Waits until nothing else on this host is timed or trained. */
    public Held forTimedRun() {
        return acquire(false);
    }

    /** Waits until nothing on this host is timed. Hold it for seconds, not minutes: release between slices of work. */
    public Held forTraining() {
        return acquire(true);
    }

    private Held acquire(boolean shared) {
        inProcess.lock();
        try {
            FileChannel channel = open(path);
            try (FileChannel turnstile = open(path.resolveSibling(path.getFileName() + ".turn"));
                    FileLock turn = turnstile.lock()) {
                FileLock lock = channel.lock(0, Long.MAX_VALUE, shared);
                return new Held(channel, lock, inProcess);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            inProcess.unlock();
            throw new UncheckedIOException("Cannot lock " + path + ": is its folder there and writable?", e);
        } catch (RuntimeException e) {
            inProcess.unlock();
            throw e;
        }
    }

    private static FileChannel open(Path path) throws IOException {
        return FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /** A turn; close it from the thread that took it. */
    public static final class Held implements AutoCloseable {
        private final FileChannel channel;
        private final FileLock lock;
        private final ReentrantLock inProcess;

        private Held(FileChannel channel, FileLock lock, ReentrantLock inProcess) {
            this.channel = channel;
            this.lock = lock;
            this.inProcess = inProcess;
        }

        @Override
        public void close() {
            try {
                lock.release();
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot release the host lock", e);
            } finally {
                inProcess.unlock();
            }
        }
    }
}
