package io.espalier.demo.story;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a demo that starts again on the same folder must remember; all else the controller knows.
 *
 * @param asked budget asked of each device, p95 in microseconds
 * @param refusedFloors floor that came back with the refusal, for the devices that were refused
 */
record StoryState(
        String fingerprint,
        @Nullable String dataSetId,
        @Nullable String modelId,
        Map<String, Double> asked,
        Map<String, Double> refusedFloors,
        boolean told) {
    private static final ObjectMapper JSON =
            new ObjectMapper().configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);

    StoryState {
        asked = Map.copyOf(asked);
        refusedFloors = Map.copyOf(refusedFloors);
    }

    static StoryState begin(StoryInput input) {
        return new StoryState(input.fingerprint(), null, null, Map.of(), Map.of(), false);
    }

    /** The file in a demo's folder that keeps it. */
    static Path in(Path folder) {
        return folder.resolve("story.json");
    }

    /**
     * What an earlier run left in the folder, or the beginning.
     *
     * @throws UnusableFolderException when that was another story, or is damaged
     */
    static StoryState of(Path folder, StoryInput input) throws IOException {
        StoryState fresh = begin(input);
        StoryState state = read(in(folder)).orElse(fresh);
        if (!state.fingerprint().equals(fresh.fingerprint())) {
            throw new UnusableFolderException(
                    "The folder %s holds a story with other input:%n  there: %s%n  asked: %s%nGive this one a folder of its own with --home, or begin anew with --fresh."
                            .formatted(folder, state.fingerprint(), fresh.fingerprint()));
        }
        return state;
    }

    static Optional<StoryState> read(Path file) throws IOException {
        try {
            return Files.exists(file) ? Optional.of(JSON.readValue(file.toFile(), StoryState.class)) : Optional.empty();
        } catch (JsonProcessingException e) {
            throw new UnusableFolderException(
                    "What an earlier run left in " + file + " is damaged: begin anew with --fresh");
        }
    }

    void write(Path file) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        JSON.writerWithDefaultPrettyPrinter().writeValue(next.toFile(), this);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    StoryState withDataSet(String id) {
        return new StoryState(fingerprint, id, modelId, asked, refusedFloors, told);
    }

    StoryState withModel(String id) {
        return new StoryState(fingerprint, dataSetId, id, asked, refusedFloors, told);
    }

    /** So that the next run uploads data and model again, perhaps mended. */
    StoryState withoutInput() {
        return new StoryState(fingerprint, null, null, asked, refusedFloors, told);
    }

    StoryState withAsked(String deviceId, double p95Micros) {
        return new StoryState(fingerprint, dataSetId, modelId, with(asked, deviceId, p95Micros), refusedFloors, told);
    }

    StoryState withRefused(String deviceId, double floorMicros) {
        return new StoryState(fingerprint, dataSetId, modelId, asked, with(refusedFloors, deviceId, floorMicros), told);
    }

    StoryState toldToTheEnd() {
        return new StoryState(fingerprint, dataSetId, modelId, asked, refusedFloors, true);
    }

    private static Map<String, Double> with(Map<String, Double> map, String key, double value) {
        Map<String, Double> copy = new HashMap<>(map);
        copy.put(key, value);
        return copy;
    }
}
