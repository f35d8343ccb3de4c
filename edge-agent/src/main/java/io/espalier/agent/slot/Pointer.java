package io.espalier.agent.slot;

import io.espalier.agent.state.AtomicFile;
import io.espalier.agent.state.Steps;
import io.espalier.proto.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The pointer file, and the same content in a second file for where the first is damaged: no single one is all that tells good models. */
final class Pointer {
    private final Path path;
    private final Path copyPath;
    private final AtomicFile file;
    private final AtomicFile copy;

    Pointer(Path path, Steps steps) {
        this.path = path;
        this.copyPath = path.resolveSibling(path.getFileName() + ".last");
        this.file = new AtomicFile(path, steps);
        this.copy = new AtomicFile(copyPath, steps);
    }

    /** What it says, if it was ever written and one of its files is readable. */
    Optional<ActiveSlot> read() {
        return read(file).or(() -> read(copy));
    }

    /** Artifacts that passed a trial here; where an earlier program wrote it, the one it names, others being unknown. */
    Set<Sha256> good() {
        Set<Sha256> good = new HashSet<>();
        Stream.of(file, copy).flatMap(each -> read(each).stream()).forEach(active -> {
            good.add(active.artifactDigest());
            good.addAll(active.good());
        });
        return good;
    }

    /** Whether an earlier program wrote it, which had no second file and did not tell good artifacts from others. */
    boolean isOfEarlierProgram() {
        return read().map(active -> active.good().isEmpty())
                .orElseGet(() -> Files.exists(path) && !Files.exists(copyPath));
    }

    /** The second file comes first: what it adds was accepted, and what the first says counts before it. */
    void write(ActiveSlot active) throws IOException {
        copy.write(active.toBytes());
        file.write(active.toBytes());
    }

    /** Removes what cannot be read and points to nothing. */
    void delete() throws IOException {
        file.delete();
    }

    private static Optional<ActiveSlot> read(AtomicFile file) {
        try {
            return file.read().flatMap(ActiveSlot::parse);
        } catch (IOException e) {
            return Optional.empty(); // As good as damaged: the other file says the same.
        }
    }
}
