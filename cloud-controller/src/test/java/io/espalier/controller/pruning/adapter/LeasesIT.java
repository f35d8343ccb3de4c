package io.espalier.controller.pruning.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.controller.Servers;
import io.espalier.controller.pruning.JobFinished;
import io.espalier.controller.pruning.JobId;
import io.espalier.controller.pruning.JobKind;
import io.espalier.controller.pruning.JobRequest;
import io.espalier.controller.pruning.JobState;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(Servers.class)
@SuppressWarnings("NullAway.Init") // Quarkus fills the fields.
class LeasesIT {
    @Inject
    Jdbi jdbi;

    @Inject
    JdbcJobStore store;

    @Test
    void anInstanceTakesBackWhatItHeldWhenItWasKilledAndNothingElse() {
        lease("held-by-me", "leases-it");
        lease("held-by-another", "someone-else");

        store.takeBackLeases("leases-it");

        assertThat(isHeld("held-by-me")).isFalse();
        assertThat(isHeld("held-by-another")).isTrue();
    }

    @Test
    void aCancelledJobThatNobodyHasBegunEndsAtOnceAndIsNotJoined() {
        JobRequest request = new JobRequest(JobKind.INSPECT, Map.of(), "leases-it", null, "leases-it-key");
        JobId first = store.insert(request);

        assertThat(store.cancelQueued(first, "Of no use any more")).isTrue();

        assertThat(store.find(first))
                .hasValueSatisfying(job -> assertThat(job.state()).isEqualTo(JobState.CANCELLED));
        JobId second = store.insert(request);
        assertThat(second).isNotEqualTo(first);
        assertThat(store.cancelQueued(second, "Of no use any more")).isTrue();
        assertThat(store.cancelQueued(second, "Of no use any more")).isFalse();
    }

    @Test
    void aRunningJobThatIsToBeCancelledIsNotJoined() {
        JobRequest request = new JobRequest(JobKind.INSPECT, Map.of(), "leases-it", null, "leases-it-running");
        JobId first = store.insert(request);
        store.begin(first);

        store.requestCancel(first);

        JobId second = store.insert(request);
        assertThat(second).isNotEqualTo(first);
        store.cancelQueued(second, "Of no use any more");
        store.finish(first, JobState.CANCELLED, JobFinished.Outcome.CANCELLED, null, null);
    }

    @Test
    void aRefusalAnswersNobodyElse() {
        JobRequest request = new JobRequest(JobKind.INSPECT, Map.of(), "leases-it", null, "leases-it-answered");
        JobId refused = store.insert(request);
        store.begin(refused);
        store.finish(refused, JobState.REFUSED, JobFinished.Outcome.REFUSED, null, null);
        assertThat(store.done("leases-it-answered")).isEmpty();

        JobId done = store.insert(request);
        store.begin(done);
        store.finish(done, JobState.DONE, JobFinished.Outcome.DONE, null, null);

        assertThat(store.done("leases-it-answered"))
                .hasValueSatisfying(job -> assertThat(job.id()).isEqualTo(done));
    }

    /** Of a kind of work that nobody here does, so that it stays where it is. */
    private void lease(String name, String holder) {
        jdbi.useHandle(handle -> handle.execute(
                "insert into scheduled_tasks (task_name, task_instance, execution_time, picked, picked_by,"
                        + " last_heartbeat, version) values ('leases-it', ?, now(), true, ?, now(), 1)",
                name,
                holder));
    }

    private boolean isHeld(String name) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "select picked from scheduled_tasks where task_name = 'leases-it' and task_instance = :name")
                .bind("name", name)
                .mapTo(Boolean.class)
                .one());
    }
}
