package io.espalier.controller.pruning;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Work for a worker process.
 *
 * @param specification what the worker reads as job.json, without {@code kind}, {@code threads} and {@code hostLock};
 *     JSON-ready values only
 * @param modelId the model it is about
 * @param deviceId the device that waits for it, where one does
 * @param sharedKey requests with the same key share one job that is not finished yet; null never shares
 */
public record JobRequest(
        JobKind kind,
        Map<String, Object> specification,
        String modelId,
        @Nullable String deviceId,
        @Nullable String sharedKey) {
    public JobRequest {
        specification = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(specification));
    }
}
