package io.espalier.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** What the steps of one benchmark have measured so far, one JSON file a step. */
public final class Results {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;

    Results(Path folder) {
        this.folder = folder;
    }

    boolean has(String step) {
        return Files.exists(file(step));
    }

    /** The result of a step that is done. */
    public ObjectNode of(String step) {
        try {
            return (ObjectNode) JSON.readTree(file(step).toFile());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the result of step " + step, e);
        }
    }

    /** Kept whole or not at all. */
    void keep(String step, ObjectNode result) throws IOException {
        Files.createDirectories(folder);
        Path part = folder.resolve(step + ".part");
        JSON.writerWithDefaultPrettyPrinter().writeValue(part.toFile(), result);
        Files.move(part, file(step), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    Path folderOf(String step) {
        return folder.resolve(step);
    }

    Path logOf(String step) {
        return folder.resolve(step + ".log");
    }

    private Path file(String step) {
        return folder.resolve(step + ".json");
    }
}
