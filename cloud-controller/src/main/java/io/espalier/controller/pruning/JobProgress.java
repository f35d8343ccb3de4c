package io.espalier.controller.pruning;

import org.jspecify.annotations.Nullable;

/** How far the present stage of a job is, as its worker says. */
public record JobProgress(
        String stage,
        long done,
        long total,
        @Nullable Long secondsLeft,
        @Nullable String message) {}
