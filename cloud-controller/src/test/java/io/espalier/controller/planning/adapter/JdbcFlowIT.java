package io.espalier.controller.planning.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.controller.Servers;
import io.espalier.controller.deployment.Goal;
import io.espalier.controller.planning.Correction;
import io.espalier.controller.planning.PlanRecord;
import io.espalier.controller.pruning.JobId;
import io.espalier.proto.DeviceId;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(Servers.class)
@SuppressWarnings("NullAway.Init") // Quarkus fills the fields.
class JdbcFlowIT {
    private static final Goal FAST = new Goal(500.0, null, null, null, null);
    private static final Goal SMALL = new Goal(null, null, 90_000L, null, null);

    @Inject
    JdbcFlow flow;

    @Inject
    Jdbi jdbi;

    @Test
    void aJobIsWaitedForUntilTheLastDeviceHasAnotherPlanForTheSameGoal() {
        JobId queued = finishedJob();
        JobId other = finishedJob();
        DeviceId one = new DeviceId("flow-it-one");
        DeviceId two = new DeviceId("flow-it-two");
        assertThat(flow.isWaitedFor(queued)).isFalse();

        plan(one, FAST, queued);
        plan(two, FAST, queued);
        plan(one, SMALL, other); // Its operator may come back to the former budget.
        assertThat(flow.isWaitedFor(queued)).isTrue();

        plan(one, FAST, other);
        assertThat(flow.isWaitedFor(queued)).isTrue();
        plan(two, FAST, other);
        assertThat(flow.isWaitedFor(queued)).isFalse();
    }

    @Test
    void aRetiredPlanWaitsForNothing() {
        JobId job = finishedJob();
        DeviceId device = new DeviceId("flow-it-three");
        plan(device, FAST, job);
        flow.retirePlans(device);

        assertThat(flow.isWaitedFor(job)).isFalse();
    }

    private void plan(DeviceId device, Goal goal, JobId job) {
        flow.add(new PlanRecord(
                UUID.randomUUID().toString(), device, "flow-it", goal, 1, Correction.NONE, job, Instant.now()));
    }

    /** One that no worker begins. */
    private JobId finishedJob() {
        String id = UUID.randomUUID().toString();
        jdbi.useHandle(handle -> handle.createUpdate(
                        "insert into job (id, kind, state, outcome, model_id, specification, created_at, finished_at, announced)"
                                + " values (:id, 'prune', 'done', 'DONE', 'flow-it', '{}', now(), now(), true)")
                .bind("id", id)
                .execute());
        return new JobId(id);
    }
}
