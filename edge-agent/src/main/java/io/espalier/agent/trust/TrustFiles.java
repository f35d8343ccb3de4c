package io.espalier.agent.trust;

import io.espalier.agent.state.AtomicFile;
import io.espalier.agent.state.Steps;
import io.espalier.trust.RejectedException;
import io.espalier.trust.TrustStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was learned, on disk, in two files that hold the same: a damaged one costs nothing.
 *
 * <p>To be damaged is not the same as not to be readable: a read that fails may succeed later, and what was learned is still
 * there.
 */
final class TrustFiles {
    private static final Logger LOG = LoggerFactory.getLogger(TrustFiles.class);

    private final Path path;
    private final Path secondPath;
    private final Steps steps;

    TrustFiles(Path path, Steps steps) {
        this.path = path;
        this.secondPath = path.resolveSibling(path.getFileName() + ".last");
        this.steps = steps;
    }

    /** What was kept; empty where no file makes sense. Fails where one cannot be read that may. */
    Optional<TrustStore> read() throws IOException {
        Optional<TrustStore> kept = read(path);
        return kept.isPresent() ? kept : read(secondPath);
    }

    /** What the second file says, while the first cannot be read. */
    Optional<TrustStore> readSecond() throws IOException {
        return read(secondPath);
    }

    private Optional<TrustStore> read(Path from) throws IOException {
        Optional<byte[]> kept = new AtomicFile(from, steps).read();
        try {
            return kept.isPresent() ? Optional.of(TrustStore.parse(kept.get()).orThrow()) : Optional.empty();
        } catch (RejectedException e) {
            LOG.error("{} is damaged ({})", from, e.getMessage());
            return Optional.empty();
        }
    }

    /** Durable in both when this returns; the second first, which then knows at most what nothing was done about yet. */
    void write(TrustStore next) throws IOException {
        byte[] bytes = next.toBytes();
        new AtomicFile(secondPath, steps).write(bytes);
        new AtomicFile(path, steps).write(bytes);
    }
}
