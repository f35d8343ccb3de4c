package io.espalier.demo.api;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * A pruned model.
 *
 * @param content the result of the job that made it
 */
public record Variant(@Nullable JsonNode content) {
    /** Accuracy of the same widths chosen at random, without fine-tuning; null where that was not tried. */
    public @Nullable Double randomOneShotAccuracy() {
        JsonNode value = content == null ? null : content.path("variant").get("randomOneShotAccuracy");
        return value == null || !value.isNumber() ? null : value.doubleValue();
    }
}
