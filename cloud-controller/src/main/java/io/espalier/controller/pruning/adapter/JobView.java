package io.espalier.controller.pruning.adapter;

import io.espalier.controller.pruning.Job;
import io.espalier.controller.pruning.JobProgress;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A job on the API. */
public record JobView(
        String id,
        String kind,
        String state,
        @Nullable String stage,
        @Nullable Long done,
        @Nullable Long total,
        @Nullable Long secondsLeft,
        @Nullable String message,
        int attempt,
        @Nullable String deviceId,
        String modelId,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable Map<String, Object> result) {

    static JobView of(Job job) {
        JobProgress progress = job.progress();
        return new JobView(
                job.id().value(),
                job.kind().wireName(),
                job.state().label(),
                progress == null ? null : progress.stage(),
                progress == null ? null : progress.done(),
                progress == null ? null : progress.total(),
                progress == null ? null : progress.secondsLeft(),
                job.message(),
                job.attempt(),
                job.deviceId(),
                job.modelId(),
                job.createdAt(),
                job.startedAt(),
                job.finishedAt(),
                job.result());
    }
}
