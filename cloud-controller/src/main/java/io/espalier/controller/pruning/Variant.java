package io.espalier.controller.pruning;

import io.espalier.proto.Sha256;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model as devices can run it: the unpruned one, or one that was pruned from it.
 *
 * @param digest of its ONNX file
 * @param accuracy on the test split, in the cloud
 * @param content what the job that made it said of it
 */
public record Variant(
        String modelId,
        Sha256 digest,
        boolean dense,
        Sha256 artifact,
        @Nullable String jobId,
        long sizeBytes,
        @Nullable Double predictedP50Micros,
        @Nullable Double predictedP95Micros,
        @Nullable Double accuracy,
        Map<String, Object> content,
        Instant createdAt) {
    public Variant {
        content = Collections.unmodifiableMap(new LinkedHashMap<>(content));
    }
}
