package io.espalier.controller.pruning;

import io.espalier.controller.live.Change;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A job reached its end. Announced at least once: whoever acts on it must bear hearing it again.
 *
 * @param result the worker's result.json, empty when it wrote none
 * @param folder where the worker ran; the files that the result names are in it
 * @param message why it did not end well; null when it did
 */
public record JobFinished(
        JobId job,
        JobKind kind,
        Outcome outcome,
        String modelId,
        @Nullable String deviceId,
        Map<String, Object> result,
        Path folder,
        @Nullable String message)
        implements Change {
    public JobFinished {
        result = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(result));
    }

    /** The worker's verdict. */
    public enum Outcome {
        DONE,
        /** The input cannot be used; the result says why. */
        INVALID,
        /** The target cannot be reached; the result says what can. */
        REFUSED,
        FAILED,
        CANCELLED
    }

    @Override
    public Stream stream() {
        return Stream.JOB;
    }

    @Override
    public String id() {
        return job.value();
    }
}
