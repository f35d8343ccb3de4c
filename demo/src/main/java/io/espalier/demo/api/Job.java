package io.espalier.demo.api;

import org.jspecify.annotations.Nullable;

/** A job of the controller's workers. */
public record Job(
        String id,
        String kind,
        String state,
        @Nullable String stage,
        @Nullable Double done,
        @Nullable Double total,
        @Nullable Double secondsLeft,
        @Nullable String message,
        @Nullable String modelId) {
    public boolean running() {
        return state.equals("running");
    }

    public boolean failed() {
        return state.equals("failed");
    }

    /** 0 to 1; 0 while unknown. */
    public double fraction() {
        return done == null || total == null || total <= 0 ? 0 : done / total;
    }
}
