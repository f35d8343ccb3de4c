package io.espalier.controller.live;

import org.jspecify.annotations.Nullable;

/** Renders one stream for browsers: the same JSON as the GET of that thing. */
public interface LiveView {
    Change.Stream stream();

    /** Null when there is no such thing any more. */
    @Nullable
    Object render(String id);
}
