package io.espalier.controller.pruning.adapter;

import io.espalier.controller.live.LiveEvents;
import io.espalier.controller.pruning.Job;
import io.espalier.controller.pruning.JobFinished;
import io.espalier.controller.pruning.JobFinished.Outcome;
import io.espalier.controller.pruning.JobId;
import io.espalier.controller.pruning.JobState;
import io.espalier.host.Folders;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Announces the end of jobs until everybody who listens has borne it. */
@Singleton
final class JobAnnouncer {
    private static final Logger LOG = Logger.getLogger(JobAnnouncer.class);

    private final JdbcJobStore store;
    private final WorkerSettings settings;
    private final LiveEvents live;

    JobAnnouncer(JdbcJobStore store, WorkerSettings settings, LiveEvents live) {
        this.store = store;
        this.settings = settings;
        this.live = live;
    }

    void announce(JobId id) {
        try {
            Optional<Job> found = store.find(id);
            found.ifPresent(job -> live.publish(finished(job)));
            store.markAnnounced(id);
            if (found.isPresent() && found.get().state() != JobState.FAILED) {
                Folders.delete(settings.folder(id.value())); // What was of use has been taken in.
            }
        } catch (IOException e) {
            LOG.warnf("The folder of job %s remains: %s", id, e.getMessage());
        } catch (RuntimeException e) {
            LOG.errorf(e, "The end of job %s was not taken in; it is announced again", id);
        }
    }

    /** Announces what an earlier process, or an earlier attempt, did not get through. */
    void announceLeftOvers() {
        store.ids("finished_at is not null and not announced and finished_at < now() - interval '5 seconds'")
                .forEach(this::announce);
    }

    /** Folders of failed jobs are kept for a day, for a look by hand. */
    void removeOldFolders() {
        for (JobId id : store.ids("state = 'failed' and announced"
                + " and finished_at between now() - interval '3 days' and now() - interval '1 day'")) {
            try {
                Folders.delete(settings.folder(id.value()));
            } catch (IOException e) {
                LOG.warnf("The folder of job %s remains: %s", id, e.getMessage());
            }
        }
    }

    static JobState stateAfter(Outcome outcome) {
        return switch (outcome) {
            case DONE -> JobState.DONE;
            case REFUSED -> JobState.REFUSED;
            case CANCELLED -> JobState.CANCELLED;
            case INVALID, FAILED -> JobState.FAILED;
        };
    }

    private JobFinished finished(Job job) {
        Map<String, Object> result = job.result();
        return new JobFinished(
                job.id(),
                job.kind(),
                store.outcome(job.id()),
                job.modelId(),
                job.deviceId(),
                result == null ? Map.of() : result,
                settings.folder(job.id().value()),
                job.message());
    }
}
