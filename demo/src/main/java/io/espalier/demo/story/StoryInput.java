package io.espalier.demo.story;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the story is told with: the bundled model and drawn images, a model and data of the user's own, or data alone,
 * on which the source document's network is trained from scratch first.
 *
 * @param scale with {@code mean} and {@code std} the input contract: {@code (raw * scale - mean) / std}
 * @param epochs passes over the training data when fine-tuning, and when training from scratch
 * @param trainSamples at most this many training samples a pass, where given
 */
public record StoryInput(
        Optional<Path> model,
        Optional<Path> data,
        double scale,
        List<Double> mean,
        List<Double> std,
        int epochs,
        Optional<Integer> trainSamples) {
    // Twice the usual rate: the few drawn images allow it, and few epochs ask for it.
    private static final String BUNDLED_LEARNING_RATE = "0.02";
    private static final String SOURCE_ARCHITECTURE = "source-cnn";

    public StoryInput {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
    }

    /** Whether the demo uses what it brings itself, so that its accuracies are known. */
    public boolean bundled() {
        return model.isEmpty() && data.isEmpty();
    }

    public boolean trainsFromScratch() {
        return model.isEmpty() && data.isPresent();
    }

    public String modelName() {
        return model.map(path -> stem(path))
                .orElseGet(() -> data.map(path -> "cnn-" + stem(path)).orElse("bundled-cnn"));
    }

    public String dataName() {
        return data.map(StoryInput::stem).orElse("drawn-figures");
    }

    /** The same for the same input: decides whether a data folder's story can be continued. */
    public String fingerprint() {
        return "model=%s data=%s scale=%s mean=%s std=%s epochs=%d trainSamples=%s"
                .formatted(
                        model.map(StoryInput::stamp).orElse("bundled"),
                        data.map(StoryInput::stamp).orElse("drawn"),
                        scale,
                        mean,
                        std,
                        epochs,
                        trainSamples.map(String::valueOf).orElse("all"));
    }

    /** Where the files are, and what tells that they were changed there: sizes and the latest time. */
    private static String stamp(Path path) {
        long bytes = 0;
        FileTime latest = FileTime.fromMillis(0);
        try (Stream<Path> all = Files.walk(path)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(file);
                FileTime modified = Files.getLastModifiedTime(file);
                latest = modified.compareTo(latest) > 0 ? modified : latest;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + path, e);
        }
        return "%s (%d bytes, of %s)".formatted(path.toAbsolutePath(), bytes, latest);
    }

    /** Query parameters of the upload of a model. */
    Map<String, String> uploadParameters(String dataSetId) {
        Map<String, String> parameters = new HashMap<>();
        parameters.put("name", modelName());
        parameters.put("datasetId", dataSetId);
        parameters.put("scale", String.valueOf(scale));
        parameters.put("epochs", String.valueOf(epochs));
        parameters.put("seed", "7");
        if (bundled()) {
            parameters.put("control", "true");
            parameters.put("learningRate", BUNDLED_LEARNING_RATE);
        }
        trainSamples.ifPresent(limit -> parameters.put("maxTrainSamples", String.valueOf(limit)));
        if (!mean.isEmpty()) {
            parameters.put("mean", commaSeparated(mean));
        }
        if (!std.isEmpty()) {
            parameters.put("std", commaSeparated(std));
        }
        return parameters;
    }

    /** Body of the request to train a model. */
    Map<String, Object> trainingRequest(String dataSetId) {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("name", modelName());
        request.put("architecture", SOURCE_ARCHITECTURE);
        request.put("datasetId", dataSetId);
        request.put("epochs", epochs);
        request.put("scale", scale);
        request.put("mean", mean);
        request.put("std", std);
        request.put("seed", 7);
        trainSamples.ifPresent(limit -> request.put("maxTrainSamples", limit));
        return request;
    }

    private static String commaSeparated(List<Double> values) {
        return values.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    private static String stem(Path path) {
        String name = String.valueOf(path.toAbsolutePath().normalize().getFileName());
        String stem = name.replaceFirst("\\.[A-Za-z0-9]{1,5}$", "").replaceAll("[^A-Za-z0-9_-]", "-");
        return stem.isEmpty() ? "model" : stem;
    }
}
