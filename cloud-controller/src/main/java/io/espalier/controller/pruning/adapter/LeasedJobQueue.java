package io.espalier.controller.pruning.adapter;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.jdbc.PostgreSqlJdbcCustomization;
import com.github.kagkarlsson.scheduler.task.FailureHandler;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import io.espalier.controller.database.DatabasePatience;
import io.espalier.controller.database.DatabaseReady;
import io.espalier.controller.database.DatabaseTrouble;
import io.espalier.controller.live.LiveEvents;
import io.espalier.controller.pruning.Job;
import io.espalier.controller.pruning.JobChanged;
import io.espalier.controller.pruning.JobId;
import io.espalier.controller.pruning.JobQueue;
import io.espalier.controller.pruning.JobRequest;
import io.espalier.controller.pruning.OrphanWorkers;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Jobs leased through db-scheduler: each runs in one place at a time. A controller that was killed takes its own leases
 * back when it starts again; should it not, they fall to whoever is alive half a minute later. That is longer than a
 * database is away that is started again, since nobody's heart is heard meanwhile.
 */
@Singleton
final class LeasedJobQueue implements JobQueue {
    private static final Logger LOG = Logger.getLogger(LeasedJobQueue.class);
    private static final int SWEEP_SECONDS = 10;
    private static final Duration HEARTBEAT = Duration.ofSeconds(2);
    private static final int MISSED_HEARTBEATS = 15;

    private final JdbcJobStore store;
    private final JobRunner runner;
    private final JobAnnouncer announcer;
    private final WorkerSettings settings;
    private final DatabasePatience patience;
    private final LiveEvents live;
    private final Clock clock;
    private final String instance;
    private final Scheduler scheduler;
    private final OneTimeTask<Void> task;
    /** Said once, however often it is met; of the sweeper's thread only. */
    private String lastComplaint = "";

    private final ScheduledExecutorService sweeper = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "job-sweeper");
        thread.setDaemon(true);
        return thread;
    });

    LeasedJobQueue(
            DataSource dataSource,
            JdbcJobStore store,
            JobRunner runner,
            JobAnnouncer announcer,
            WorkerSettings settings,
            DatabasePatience patience,
            LiveEvents live,
            Clock clock,
            @ConfigProperty(name = "espalier.instance", defaultValue = "controller") String instance) {
        this.store = store;
        this.runner = runner;
        this.announcer = announcer;
        this.settings = settings;
        this.patience = patience;
        this.live = live;
        this.clock = clock;
        this.instance = instance;
        this.task = Tasks.oneTime("job")
                .onFailure(new FailureHandler.OnFailureRetryLater<>(Duration.ofSeconds(5)))
                .onDeadExecutionRevive()
                .execute((leased, context) -> runLeased(new JobId(leased.getId())));
        this.scheduler = Scheduler.create(dataSource, task)
                .schedulerName(new SchedulerName.Fixed(instance))
                // Said here, so that it need not ask a database that may be away.
                .jdbcCustomization(new PostgreSqlJdbcCustomization(false, false))
                .threads(settings.count())
                .pollingInterval(Duration.ofSeconds(2))
                .heartbeatInterval(HEARTBEAT)
                .missedHeartbeatsLimit(MISSED_HEARTBEATS)
                .enableImmediateExecution()
                .shutdownMaxWait(Duration.ofSeconds(8))
                .build();
    }

    void start(@Observes @Priority(3000) DatabaseReady event) throws InterruptedException {
        try {
            OrphanWorkers.reap(settings.jobs())
                    .forEach(pid -> LOG.warnf("Killed worker %d of an earlier controller; its job starts again", pid));
        } catch (IOException e) {
            LOG.errorf(e, "Cannot look for workers of an earlier controller under %s", settings.jobs());
        }
        patience.run(() -> store.takeBackLeases(instance));
        scheduler.start();
        sweeper.scheduleWithFixedDelay(this::sweep, 1, SWEEP_SECONDS, TimeUnit.SECONDS);
        sweeper.scheduleWithFixedDelay(this::tidy, 1, 60, TimeUnit.MINUTES);
    }

    void stop(@Observes ShutdownEvent event) {
        sweeper.shutdownNow();
        runner.stopAll();
        scheduler.stop();
    }

    @Override
    public JobId enqueue(JobRequest request) {
        JobId id = store.insert(request);
        lease(id);
        live.publish(new JobChanged(id, request.deviceId()));
        return id;
    }

    @Override
    public void drop(JobId id, String reason) {
        if (store.cancelQueued(id, reason)) {
            announcer.announce(id);
            store.find(id).ifPresent(job -> live.publish(new JobChanged(id, job.deviceId())));
        }
    }

    /** Cancels a job that has not finished; empty where there is none of that name. */
    Optional<Job> cancel(JobId id) {
        Optional<Job> found = store.find(id);
        if (found.isPresent() && !found.get().state().isFinished()) {
            if (store.cancelQueued(id, "Cancelled by an operator")) {
                announcer.announce(id);
            } else {
                store.requestCancel(id);
                runner.stop(id);
            }
            live.publish(new JobChanged(id, found.get().deviceId()));
        }
        return store.find(id);
    }

    private void lease(JobId id) {
        scheduler.scheduleIfNotExists(task.instance(id.value()), clock.instant());
    }

    private void runLeased(JobId id) {
        try {
            runner.run(id);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Job " + id + " goes on after the next start", e);
        }
    }

    /** A kill may fall between storing a job and leasing it, or between finishing and announcing it. */
    private void sweep() {
        try {
            store.ids("state = 'queued'").forEach(this::lease);
            announcer.announceLeftOvers();
            lastComplaint = "";
        } catch (RuntimeException | Error e) { // Thrown on, either would end the sweeping for good.
            String complaint = DatabaseTrouble.inWords(e);
            if (!complaint.equals(lastComplaint)) {
                LOG.warnf("Jobs were not swept: %s. Trying again every %d s", complaint, SWEEP_SECONDS);
            }
            lastComplaint = complaint;
        }
    }

    private void tidy() {
        try {
            announcer.removeOldFolders();
        } catch (RuntimeException | Error e) {
            LOG.warnf("Old job folders were not removed: %s", e.getMessage());
        }
    }
}
