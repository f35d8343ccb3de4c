package io.espalier.controller.pruning;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A job as it stands now. */
public record Job(
        JobId id,
        JobKind kind,
        JobState state,
        String modelId,
        @Nullable String deviceId,
        Map<String, Object> specification,
        int attempt,
        @Nullable JobProgress progress,
        @Nullable String message,
        @Nullable Map<String, Object> result,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt) {
    public Job {
        specification = Collections.unmodifiableMap(new LinkedHashMap<>(specification));
        result = result == null ? null : Collections.unmodifiableMap(new LinkedHashMap<>(result));
    }
}
