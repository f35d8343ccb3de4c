package io.espalier.controller.pruning;

import io.espalier.controller.live.Change;
import org.jspecify.annotations.Nullable;

/** A job was queued, started or went on. */
public record JobChanged(JobId job, @Nullable String deviceId) implements Change {
    @Override
    public Stream stream() {
        return Stream.JOB;
    }

    @Override
    public String id() {
        return job.value();
    }
}
