package io.espalier.agent.measure;

import io.espalier.host.HostLock;
import java.nio.file.Path;
import java.util.Optional;

/** Keeps timed runs of one host apart; with no lock configured every turn is free at once. */
public final class HostTurns {
    private final Optional<HostLock> lock;

    public HostTurns(Optional<Path> lockPath) {
        this.lock = lockPath.map(HostLock::new);
    }

    /** Ends when closed, by the thread that took it. */
    @FunctionalInterface
    public interface Turn extends AutoCloseable {
        @Override
        void close();
    }

    /** Waits until nothing else is timed or trained on this host. */
    public Turn take() {
        if (lock.isEmpty()) {
            return () -> {};
        }
        HostLock.Held held = lock.get().forTimedRun();
        return held::close;
    }

    /** Whether others may be waiting for their turn. */
    public boolean areShared() {
        return lock.isPresent();
    }
}
