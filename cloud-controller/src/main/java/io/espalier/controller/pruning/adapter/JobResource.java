package io.espalier.controller.pruning.adapter;

import io.espalier.controller.live.Change;
import io.espalier.controller.live.LiveView;
import io.espalier.controller.problem.Problem;
import io.espalier.controller.pruning.Job;
import io.espalier.controller.pruning.JobId;
import io.espalier.controller.pruning.JobState;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** Shows jobs and cancels them. */
@Path("/api/v1/jobs")
@Produces(MediaType.APPLICATION_JSON)
public final class JobResource implements LiveView {
    private final JdbcJobStore store;
    private final LeasedJobQueue queue;

    JobResource(JdbcJobStore store, LeasedJobQueue queue) {
        this.store = store;
        this.queue = queue;
    }

    @GET
    @Operation(summary = "List the newest jobs")
    public List<JobView> list(@QueryParam("state") @Nullable String state) {
        return store.list(state == null ? null : state(state)).stream()
                .map(JobView::of)
                .toList();
    }

    @GET
    @Operation(summary = "Show a job")
    @Path("/{id}")
    public JobView find(@PathParam("id") String id) {
        return store.find(new JobId(id))
                .map(JobView::of)
                .orElseThrow(() -> Problem.notFound("job", id).exception());
    }

    @DELETE
    @Operation(summary = "Cancel a job")
    @Path("/{id}")
    public JobView cancel(@PathParam("id") String id) {
        Job job = queue.cancel(new JobId(id))
                .orElseThrow(() -> Problem.notFound("job", id).exception());
        if (job.state().isFinished() && job.state() != JobState.CANCELLED) {
            throw Problem.of(
                            409,
                            "job-finished",
                            "The job has finished",
                            "Job " + id + " is " + job.state().label()
                                    + " already; only queued and running jobs can be cancelled")
                    .exception();
        }
        return JobView.of(job);
    }

    @Override
    public Change.Stream stream() {
        return Change.Stream.JOB;
    }

    @Override
    public @Nullable Object render(String id) {
        return store.find(new JobId(id)).map(JobView::of).orElse(null);
    }

    private static JobState state(String label) {
        try {
            return JobState.valueOf(label.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw Problem.invalid(
                            "state",
                            "\"" + label
                                    + "\" is no job state; use queued, running, done, refused, failed or cancelled")
                    .exception();
        }
    }
}
