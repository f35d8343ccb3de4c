package io.espalier.demo.api;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * A pruned model.
 *
 * @param content what the worker that made it reported
 */
public record Variant(@Nullable JsonNode content) {
    /** Accuracy of the same widths chosen at random, without fine-tuning; null where that was not tried. */
    public @Nullable Double randomOneShotAccuracy() {
        JsonNode value = content == null ? null : content.get("randomOneShotAccuracy");
        return value == null || !value.isNumber() ? null : value.doubleValue();
    }
}
