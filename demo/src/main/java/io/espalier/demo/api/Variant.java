package io.espalier.demo.api;

import org.jspecify.annotations.Nullable;

/** A pruned model: what was expected of it and what it reached on the test split. */
public record Variant(
        @Nullable Double accuracyBefore,
        @Nullable Double accuracyPruned,
        @Nullable Double accuracyAfter,
        @Nullable Double randomOneShotAccuracy,
        @Nullable Double predictedP95Micros,
        @Nullable Long sizeBytes) {}
