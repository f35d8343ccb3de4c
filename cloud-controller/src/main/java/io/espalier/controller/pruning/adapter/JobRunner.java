package io.espalier.controller.pruning.adapter;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.controller.database.DatabasePatience;
import io.espalier.controller.live.LiveEvents;
import io.espalier.controller.pruning.Job;
import io.espalier.controller.pruning.JobChanged;
import io.espalier.controller.pruning.JobFinished.Outcome;
import io.espalier.controller.pruning.JobFolders;
import io.espalier.controller.pruning.JobId;
import io.espalier.controller.pruning.JobProgress;
import io.espalier.controller.pruning.WorkerExit;
import io.espalier.controller.pruning.WorkerProcess;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Runs one job in a worker process, from the start of its folder to its verdict. A database that is away in the
 * meantime costs the job nothing: the worker goes on, and the verdict waits.
 */
@Singleton
final class JobRunner {
    private static final Logger LOG = Logger.getLogger(JobRunner.class);
    private static final int MOST_ATTEMPTS = 3;
    private static final long LARGEST_RESULT_BYTES = 16L << 20;

    private final JdbcJobStore store;
    private final WorkerSettings settings;
    private final JobAnnouncer announcer;
    private final DatabasePatience patience;
    private final LiveEvents live;
    private final ObjectMapper json;
    private final Set<JobId> underWay = ConcurrentHashMap.newKeySet();
    private final Map<JobId, WorkerProcess> running = new ConcurrentHashMap<>();
    private volatile boolean stopping;

    JobRunner(
            JdbcJobStore store,
            WorkerSettings settings,
            JobAnnouncer announcer,
            DatabasePatience patience,
            LiveEvents live,
            ObjectMapper json) {
        this.store = store;
        this.settings = settings;
        this.announcer = announcer;
        this.patience = patience;
        this.live = live;
        this.json = json;
    }

    /**
     * Returns when the job has finished, or throws when this process stops before that, and where the job runs here
     * already: its lease may have run out while the database was away.
     */
    void run(JobId id) throws InterruptedException {
        if (!underWay.add(id)) {
            throw new IllegalStateException("Job " + id + " is under way here");
        }
        try {
            untilItHasFinished(id);
        } finally {
            underWay.remove(id);
        }
    }

    private void untilItHasFinished(JobId id) throws InterruptedException {
        while (true) {
            Optional<Job> begun = patience.get(() -> store.begin(id));
            if (begun.isEmpty()) {
                if (patience.get(() -> store.cancelRequested(id))) {
                    finish(id, Outcome.CANCELLED, null, "Cancelled by an operator");
                }
                return;
            }
            Job job = begun.get();
            if (job.attempt() > MOST_ATTEMPTS) {
                finish(
                        id,
                        Outcome.FAILED,
                        null,
                        "Its worker was killed, or the controller while it ran, " + MOST_ATTEMPTS
                                + " times; is there enough memory?");
                return;
            }
            live.publish(new JobChanged(id, job.deviceId()));
            if (attempt(job)) {
                return;
            }
        }
    }

    /** Stops the worker of a job where it runs here. */
    void stop(JobId id) {
        WorkerProcess worker = running.get(id);
        if (worker != null) {
            worker.stop();
        }
    }

    /** Stops all workers; their jobs go on where the controller starts again. */
    void stopAll() {
        stopping = true;
        running.values().forEach(WorkerProcess::stop);
    }

    private boolean attempt(Job job) throws InterruptedException {
        Path folder = settings.folder(job.id().value());
        WorkerExit exit;
        try {
            prepare(folder, job);
            exit = work(job, folder);
        } catch (IOException | IllegalStateException | java.io.UncheckedIOException e) {
            finish(job.id(), Outcome.FAILED, null, String.valueOf(e.getMessage()));
            return true;
        }
        return judge(job, folder, exit);
    }

    private WorkerExit work(Job job, Path folder) throws InterruptedException {
        try (WorkerProcess worker =
                WorkerProcess.start(settings.command(folder), settings.environment(), folder, new ProgressFeed(job))) {
            running.put(job.id(), worker);
            if (stopping || patience.get(() -> store.cancelRequested(job.id()))) {
                worker.stop();
            }
            return worker.await(settings.timeout());
        } finally {
            running.remove(job.id());
        }
    }

    private boolean judge(Job job, Path folder, WorkerExit exit) throws InterruptedException {
        if (exit.ended() == WorkerExit.Ended.BY_STOP) {
            if (patience.get(() -> store.cancelRequested(job.id()))) {
                finish(job.id(), Outcome.CANCELLED, null, "Cancelled by an operator");
                return true;
            }
            store.giveBack(job.id());
            throw new InterruptedException("The controller stops");
        }
        if (exit.ended() == WorkerExit.Ended.BY_TIMEOUT) {
            finish(
                    job.id(),
                    Outcome.FAILED,
                    null,
                    "It took longer than " + settings.timeout() + " (espalier.worker.timeout)");
            return true;
        }
        if (exit.killedFromOutside()) {
            LOG.warnf(
                    "The worker of job %s was killed (exit code %d), attempt %d of %d",
                    job.id(), exit.exitCode(), job.attempt(), MOST_ATTEMPTS);
            return false;
        }
        Outcome outcome = switch (exit.exitCode()) {
            case 0 -> Outcome.DONE;
            case 2 -> Outcome.INVALID;
            case 3 -> Outcome.REFUSED;
            default -> Outcome.FAILED;
        };
        @Nullable Map<String, Object> result = result(folder);
        if (outcome == Outcome.FAILED || result == null) {
            finish(job.id(), Outcome.FAILED, result, failure(exit));
        } else {
            finish(job.id(), outcome, result, outcome == Outcome.DONE ? null : detail(result));
        }
        return true;
    }

    private static String failure(WorkerExit exit) {
        String tail = exit.errorTail();
        String shortTail = tail.length() <= 2000 ? tail : tail.substring(tail.length() - 2000);
        return "The worker ended with exit code " + exit.exitCode()
                + (tail.isEmpty() ? " and said nothing" : ": " + shortTail);
    }

    private static String detail(Map<String, Object> result) {
        if (result.get("detail") instanceof String detail) {
            return detail;
        }
        return result.get("problem") instanceof Map<?, ?> problem && problem.get("detail") instanceof String detail
                ? detail
                : "No reason was given";
    }

    private void finish(JobId id, Outcome outcome, @Nullable Map<String, Object> result, @Nullable String message)
            throws InterruptedException {
        if (outcome == Outcome.FAILED) {
            LOG.warnf("Job %s failed: %s", id, message);
        }
        if (patience.get(() -> store.finish(id, JobAnnouncer.stateAfter(outcome), outcome, result, message))) {
            announcer.announce(id);
        }
    }

    private void prepare(Path folder, Job job) throws IOException {
        Map<String, Object> specification = new LinkedHashMap<>();
        specification.put("kind", job.kind().wireName());
        specification.putAll(job.specification());
        specification.putAll(settings.surroundings());
        JobFolders.prepare(folder, json.writeValueAsBytes(specification));
    }

    private @Nullable Map<String, Object> result(Path folder) {
        Path file = folder.resolve("result.json");
        try {
            if (!Files.exists(file) || Files.size(file) > LARGEST_RESULT_BYTES) {
                return null;
            }
            return json.readValue(file.toFile(), new TypeReference<Map<String, Object>>() {});
        } catch (IOException e) {
            LOG.warnf("%s cannot be read: %s", file, e.getMessage());
            return null;
        }
    }

    /** Stores progress lines, at most a few a second. */
    private final class ProgressFeed implements java.util.function.Consumer<String> {
        private static final long PAUSE_NANOS = 400_000_000L;

        private final Job job;
        private long lastNanos = System.nanoTime() - PAUSE_NANOS;
        private String lastStage = "";

        ProgressFeed(Job job) {
            this.job = job;
        }

        @Override
        public void accept(String line) {
            JobProgress progress = parse(line);
            if (progress == null) {
                return;
            }
            long now = System.nanoTime();
            if (now - lastNanos < PAUSE_NANOS && progress.stage().equals(lastStage)) {
                return;
            }
            lastNanos = now;
            lastStage = progress.stage();
            store.progress(job.id(), progress);
            live.publish(new JobChanged(job.id(), job.deviceId()));
            if (store.cancelRequested(job.id())) {
                stop(job.id());
            }
        }

        private @Nullable JobProgress parse(String line) {
            try {
                JsonNode node = json.readTree(line);
                if (node == null || !node.path("type").asText("").equals("progress")) {
                    return null;
                }
                return new JobProgress(
                        node.path("stage").asText("working"),
                        node.path("done").asLong(),
                        node.path("total").asLong(),
                        node.hasNonNull("secondsLeft") ? node.get("secondsLeft").asLong() : null,
                        node.hasNonNull("message") ? node.get("message").asText() : null);
            } catch (IOException e) {
                return null;
            }
        }
    }
}
