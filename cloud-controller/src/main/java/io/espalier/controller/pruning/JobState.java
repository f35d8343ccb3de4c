package io.espalier.controller.pruning;

import java.util.Locale;

/** How far a job got. */
public enum JobState {
    QUEUED,
    RUNNING,
    DONE,
    REFUSED,
    FAILED,
    CANCELLED;

    public boolean isFinished() {
        return this != QUEUED && this != RUNNING;
    }

    /** Name in the database and on the API. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static JobState ofLabel(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }
}
