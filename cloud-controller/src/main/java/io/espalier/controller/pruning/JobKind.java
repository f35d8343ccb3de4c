package io.espalier.controller.pruning;

import java.util.Locale;

/** What a worker can be asked to do. */
public enum JobKind {
    INSPECT,
    TRAIN,
    PRUNE,
    BASELINE;

    /** As in job.json and in the API. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
