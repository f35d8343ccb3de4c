package io.espalier.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** What the steps of one benchmark have measured so far, one JSON file a step. */
public final class Results {
    /** Of every result: how long its step took. */
    static final String TOOK_SECONDS = "tookSeconds";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long SECONDS_PER_MINUTE = 60;

    private final Path folder;

    Results(Path folder) {
        this.folder = folder;
    }

    boolean has(String step) {
        return Files.exists(file(step));
    }

    /** The result of a step that is done. */
    public ObjectNode of(String step) {
        ObjectNode result = read(step);
        result.remove(TOOK_SECONDS);
        return result;
    }

    private ObjectNode read(String step) {
        try {
            return (ObjectNode) JSON.readTree(file(step).toFile());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the result of step " + step, e);
        }
    }

    /** How long the steps of all stages took, as many at once as there may be. */
    String took(List<Stage> stages) {
        double seconds = 0;
        for (Stage stage : stages) {
            double each = stage.steps().stream()
                    .mapToDouble(step -> read(step.name()).path(TOOK_SECONDS).asDouble())
                    .sum();
            seconds += each / Math.max(1, Math.min(stage.atOnce(), stage.steps().size()));
        }
        long whole = Math.round(seconds);
        return whole < SECONDS_PER_MINUTE
                ? whole + " s"
                : whole / SECONDS_PER_MINUTE + " min " + whole % SECONDS_PER_MINUTE + " s";
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
