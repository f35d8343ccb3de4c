package io.espalier.benchmarks.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/** The most memory that the process takes in which an agent tries a model out, looked at every few milliseconds until closed. */
final class ChildMemory implements AutoCloseable {
    private static final String PROGRAM = "PreflightMain";
    private static final long BETWEEN_LOOKS_NANOS = 5_000_000;

    private final ProcessHandle parent;
    private final Thread watch = new Thread(this::watch, "child-memory");
    private volatile boolean over;
    private volatile long mostBytes;

    ChildMemory(ProcessHandle parent) {
        this.parent = parent;
        watch.setDaemon(true);
        watch.start();
    }

    /** High water of what was resident. */
    long mostBytes() {
        if (mostBytes == 0) {
            throw new IllegalStateException("No process of " + PROGRAM + " was seen below process " + parent.pid());
        }
        return mostBytes;
    }

    private void watch() {
        while (!over) {
            parent.children().forEach(this::look);
            LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
        }
    }

    private void look(ProcessHandle child) {
        try {
            // Until it is a program of its own, a child is shown with the memory of its parent.
            if (Files.readString(Path.of("/proc/" + child.pid() + "/cmdline")).contains(PROGRAM)) {
                mostBytes = Math.max(mostBytes, ProcessMemory.of(child.pid()).highWaterBytes());
            }
        } catch (IOException | IllegalStateException e) {
            // It has ended since it was listed, and has no memory any more.
        }
    }

    @Override
    public void close() throws InterruptedException {
        over = true;
        watch.join();
    }
}
