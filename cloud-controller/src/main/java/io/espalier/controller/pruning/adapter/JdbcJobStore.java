package io.espalier.controller.pruning.adapter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.controller.pruning.Job;
import io.espalier.controller.pruning.JobFinished;
import io.espalier.controller.pruning.JobId;
import io.espalier.controller.pruning.JobProgress;
import io.espalier.controller.pruning.JobRequest;
import io.espalier.controller.pruning.JobState;
import io.espalier.controller.pruning.Jobs;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Jobs in PostgreSQL. A finished job never changes again. */
@Singleton
final class JdbcJobStore implements Jobs {
    private static final int MOST_LISTED = 500;

    private final Jdbi jdbi;
    private final ObjectMapper json;
    private final JobRows rows;
    private final Clock clock;

    JdbcJobStore(Jdbi jdbi, ObjectMapper json, Clock clock) {
        this.jdbi = jdbi;
        this.json = json;
        this.rows = new JobRows(json);
        this.clock = clock;
    }

    /** A new job, or the unfinished one with the same key. */
    JobId insert(JobRequest request) {
        return jdbi.inTransaction(handle -> {
            String id = UUID.randomUUID().toString();
            int inserted = handle.createUpdate("insert into job"
                            + " (id, kind, state, model_id, device_id, shared_key, specification, created_at)"
                            + " values (:id, :kind, 'queued', :model, :device, :key, cast(:spec as jsonb), :now)"
                            + " on conflict (shared_key) where state in ('queued', 'running') do nothing")
                    .bind("id", id)
                    .bind("kind", request.kind().wireName())
                    .bind("model", request.modelId())
                    .bind("device", request.deviceId())
                    .bind("key", request.sharedKey())
                    .bind("spec", write(request.specification()))
                    .bind("now", clock.instant())
                    .execute();
            return inserted > 0 ? new JobId(id) : unfinished(handle, request);
        });
    }

    private static JobId unfinished(Handle handle, JobRequest request) {
        return new JobId(
                handle.createQuery("select id from job where shared_key = :key and state in ('queued', 'running')")
                        .bind("key", request.sharedKey())
                        .mapTo(String.class)
                        .one());
    }

    @Override
    public Optional<Job> find(JobId id) {
        return jdbi.withHandle(handle -> handle.createQuery("select * from job where id = :id")
                .bind("id", id.value())
                .map(rows)
                .findOne());
    }

    @Override
    public Optional<Job> done(String sharedKey) {
        return jdbi.withHandle(handle -> handle.createQuery("select * from job where shared_key = :key"
                        + " and state = 'done' order by finished_at desc limit 1")
                .bind("key", sharedKey)
                .map(rows)
                .findOne());
    }

    /** Newest first, without what was asked and what came out. */
    List<Job> list(@Nullable JobState state) {
        return jdbi.withHandle(handle -> handle.createQuery("select id, kind, state, model_id, device_id,"
                        + " '{}' as specification, attempt, stage, done, total, seconds_left, message, null as result,"
                        + " created_at, started_at, finished_at from job"
                        + " where cast(:state as text) is null or state = :state order by created_at desc limit :most")
                .bind("state", state == null ? null : state.label())
                .bind("most", MOST_LISTED)
                .map(rows)
                .list());
    }

    List<JobId> ids(String condition) {
        return jdbi.withHandle(
                handle -> handle.createQuery("select id from job where " + condition + " order by created_at")
                        .mapTo(String.class)
                        .map(JobId::new)
                        .list());
    }

    /** Counts an attempt; empty where the job has finished or was cancelled. */
    Optional<Job> begin(JobId id) {
        return jdbi.withHandle(handle -> handle.createQuery("update job set state = 'running', attempt = attempt + 1,"
                        + " started_at = coalesce(started_at, :now), stage = null, done = null, total = null,"
                        + " seconds_left = null where id = :id and state in ('queued', 'running')"
                        + " and not cancel_requested returning *")
                .bind("id", id.value())
                .bind("now", clock.instant())
                .map(rows)
                .findOne());
    }

    /** Frees what this instance held when it was killed; only for the one process that bears its name now. */
    void takeBackLeases(String instance) {
        jdbi.useHandle(handle -> handle.createUpdate("update scheduled_tasks set picked = false, picked_by = null,"
                        + " last_heartbeat = null, version = version + 1 where picked and picked_by = :instance")
                .bind("instance", instance)
                .execute());
    }

    /** Takes an attempt back that the job is not to blame for. */
    void giveBack(JobId id) {
        jdbi.useHandle(
                handle -> handle.createUpdate("update job set state = 'queued', attempt = greatest(0, attempt - 1)"
                                + " where id = :id and state = 'running'")
                        .bind("id", id.value())
                        .execute());
    }

    void progress(JobId id, JobProgress progress) {
        jdbi.useHandle(handle -> handle.createUpdate("update job set stage = :stage, done = :done, total = :total,"
                        + " seconds_left = :left, message = :message where id = :id and state = 'running'")
                .bind("id", id.value())
                .bind("stage", progress.stage())
                .bind("done", progress.done())
                .bind("total", progress.total())
                .bind("left", progress.secondsLeft())
                .bind("message", progress.message())
                .execute());
    }

    /** Returns false where it had finished already. */
    boolean finish(
            JobId id,
            JobState state,
            JobFinished.Outcome outcome,
            @Nullable Map<String, Object> result,
            @Nullable String message) {
        return jdbi.withHandle(handle -> handle.createUpdate("update job set state = :state, outcome = :outcome,"
                                + " result = cast(:result as jsonb), message = :message, seconds_left = null,"
                                + " finished_at = :now where id = :id and state in ('queued', 'running')")
                        .bind("id", id.value())
                        .bind("state", state.label())
                        .bind("outcome", outcome.name())
                        .bind("result", result == null ? null : write(result))
                        .bind("message", message)
                        .bind("now", clock.instant())
                        .execute()
                > 0);
    }

    /** Ends a job that no worker has begun; false where one has, or it has finished. */
    boolean cancelQueued(JobId id, String reason) {
        return jdbi.withHandle(
                handle -> handle.createUpdate("update job set state = 'cancelled', outcome = 'CANCELLED',"
                                        + " cancel_requested = true, message = :reason, finished_at = :now"
                                        + " where id = :id and state = 'queued'")
                                .bind("id", id.value())
                                .bind("reason", reason)
                                .bind("now", clock.instant())
                                .execute()
                        > 0);
    }

    /** Who asks for the same from now on gets a job of his own. */
    void requestCancel(JobId id) {
        jdbi.useHandle(handle -> handle.createUpdate(
                        "update job set cancel_requested = true, shared_key = null where id = :id")
                .bind("id", id.value())
                .execute());
    }

    boolean cancelRequested(JobId id) {
        return jdbi.withHandle(handle -> handle.createQuery("select cancel_requested from job where id = :id")
                .bind("id", id.value())
                .mapTo(Boolean.class)
                .findOne()
                .orElse(true));
    }

    JobFinished.Outcome outcome(JobId id) {
        return JobFinished.Outcome.valueOf(
                jdbi.withHandle(handle -> handle.createQuery("select outcome from job where id = :id")
                        .bind("id", id.value())
                        .mapTo(String.class)
                        .one()));
    }

    void markAnnounced(JobId id) {
        jdbi.useHandle(handle -> handle.createUpdate("update job set announced = true where id = :id")
                .bind("id", id.value())
                .execute());
    }

    private String write(Map<String, Object> value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Not writable as JSON: " + value, e);
        }
    }
}
