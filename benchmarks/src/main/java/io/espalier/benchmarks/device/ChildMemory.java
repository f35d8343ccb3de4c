package io.espalier.benchmarks.device;

import java.io.IOException;
import java.util.concurrent.locks.LockSupport;

/** The most memory that any child of a process takes, looked at every few milliseconds until closed. */
final class ChildMemory implements AutoCloseable {
    private static final long BETWEEN_LOOKS_NANOS = 5_000_000;

    private final ProcessHandle parent;
    private final Thread watch = new Thread(this::look, "child-memory");
    private volatile boolean over;
    private volatile long mostBytes;

    ChildMemory(ProcessHandle parent) {
        this.parent = parent;
        watch.setDaemon(true);
        watch.start();
    }

    /** High water of what was resident; 0 where there was no child. */
    long mostBytes() {
        return mostBytes;
    }

    private void look() {
        while (!over) {
            parent.children().forEach(child -> {
                try {
                    mostBytes =
                            Math.max(mostBytes, ProcessMemory.of(child.pid()).highWaterBytes());
                } catch (IOException | IllegalStateException e) {
                    // It has ended since it was listed, and has no memory any more.
                }
            });
            LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
        }
    }

    @Override
    public void close() throws InterruptedException {
        over = true;
        watch.join();
    }
}
