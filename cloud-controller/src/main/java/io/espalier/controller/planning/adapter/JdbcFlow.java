package io.espalier.controller.planning.adapter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.controller.deployment.Goal;
import io.espalier.controller.fleet.DeviceState;
import io.espalier.controller.planning.Correction;
import io.espalier.controller.planning.Decision;
import io.espalier.controller.planning.FlowState;
import io.espalier.controller.planning.PlanRecord;
import io.espalier.controller.pruning.JobId;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** Plans, pins and where the loop stands, in PostgreSQL. */
@Singleton
final class JdbcFlow {
    private final Jdbi jdbi;
    private final ObjectMapper json;

    JdbcFlow(Jdbi jdbi, ObjectMapper json) {
        this.jdbi = jdbi;
        this.json = json;
    }

    FlowState of(DeviceId device) {
        return of(List.of(device)).getOrDefault(device, FlowState.NEW);
    }

    Map<DeviceId, FlowState> of(Collection<DeviceId> devices) {
        String[] ids = devices.stream().map(DeviceId::value).toArray(String[]::new);
        Map<DeviceId, FlowState> found = new HashMap<>();
        jdbi.useHandle(handle -> handle.createQuery("select * from device_flow where device_id = any(:ids)")
                .bind("ids", ids)
                .map((row, context) -> {
                    @Nullable String state = row.getString("state");
                    @Nullable String pinned = row.getString("pinned_variant");
                    return Map.entry(
                            new DeviceId(row.getString("device_id")),
                            new FlowState(
                                    state == null ? null : DeviceState.of(state),
                                    row.getString("detail"),
                                    pinned == null ? null : new Sha256(pinned),
                                    row.getString("refused_goal")));
                })
                .forEach(entry -> found.put(entry.getKey(), entry.getValue())));
        return found;
    }

    /** Returns whether the device stands elsewhere than before. */
    boolean stand(DeviceId device, Decision decision) {
        return jdbi.withHandle(handle -> handle.createUpdate("insert into device_flow (device_id, state, detail)"
                                + " values (:device, :state, :detail) on conflict (device_id) do update"
                                + " set state = excluded.state, detail = excluded.detail"
                                + " where (device_flow.state, device_flow.detail)"
                                + " is distinct from (excluded.state, excluded.detail)")
                        .bind("device", device.value())
                        .bind("state", decision.state().wireName())
                        .bind("detail", decision.detail())
                        .execute()
                > 0);
    }

    void pin(DeviceId device, @Nullable Sha256 variant) {
        set(device, "pinned_variant", variant == null ? null : variant.hex());
    }

    void rememberRefusal(DeviceId device, @Nullable String goalKey) {
        set(device, "refused_goal", goalKey);
    }

    private void set(DeviceId device, String column, @Nullable String value) {
        jdbi.useHandle(handle -> handle.createUpdate("insert into device_flow (device_id, " + column + ")"
                        + " values (:device, :value) on conflict (device_id) do update set " + column + " = :value")
                .bind("device", device.value())
                .bind("value", value)
                .execute());
    }

    void add(PlanRecord plan) {
        jdbi.useHandle(handle -> handle.createUpdate(
                        "insert into plan"
                                + " (id, device_id, model_id, goal_key, goal, attempt, correction, job_id, created_at)"
                                + " values (:id, :device, :model, :key, cast(:goal as jsonb), :attempt, :correction, :job, :at)")
                .bind("id", plan.id())
                .bind("device", plan.device().value())
                .bind("model", plan.modelId())
                .bind("key", plan.goal().key())
                .bind("goal", write(plan.goal()))
                .bind("attempt", plan.attempt())
                .bind("correction", plan.correction().factor())
                .bind("job", plan.job().value())
                .bind("at", plan.at())
                .execute());
    }

    /** The latest plan that still counts; of any goal where none is named. */
    Optional<PlanRecord> latest(DeviceId device, String modelId, @Nullable String goalKey) {
        return jdbi.withHandle(handle -> handle.createQuery("select * from plan where device_id = :device"
                        + " and model_id = :model and not retired"
                        + " and (cast(:key as text) is null or goal_key = :key) order by ordinal desc limit 1")
                .bind("device", device.value())
                .bind("model", modelId)
                .bind("key", goalKey)
                .map(this::plan)
                .findOne());
    }

    Optional<PlanRecord> find(String planId) {
        return jdbi.withHandle(handle -> handle.createQuery("select * from plan where id = :id")
                .bind("id", planId)
                .map(this::plan)
                .findOne());
    }

    /** Lets the planner start anew. */
    void retirePlans(DeviceId device) {
        jdbi.useHandle(handle -> handle.createUpdate("update plan set retired = true where device_id = :device")
                .bind("device", device.value())
                .execute());
    }

    /** Whether the device has turned away from a plan that this job answered. */
    boolean putAside(DeviceId device, JobId job) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "select exists (select 1 from plan where device_id = :device and job_id = :job and retired)")
                .bind("device", device.value())
                .bind("job", job.value())
                .mapTo(Boolean.class)
                .one());
    }

    List<DeviceId> waitingFor(JobId job) {
        return jdbi.withHandle(
                handle -> handle.createQuery("select distinct device_id from plan where job_id = :job and not retired")
                        .bind("job", job.value())
                        .mapTo(String.class)
                        .map(DeviceId::new)
                        .list());
    }

    /** Whether the latest plan of a device for some goal is to be answered by this job. */
    boolean isWaitedFor(JobId job) {
        return jdbi.withHandle(handle -> handle.createQuery("select exists (select 1 from plan p where p.job_id = :job"
                        + " and not p.retired and not exists (select 1 from plan later"
                        + " where later.device_id = p.device_id and later.model_id = p.model_id"
                        + " and later.goal_key = p.goal_key and later.ordinal > p.ordinal and not later.retired))")
                .bind("job", job.value())
                .mapTo(Boolean.class)
                .one());
    }

    /** Jobs that are queued or running for these devices. */
    Map<DeviceId, JobId> openJobs(Collection<DeviceId> devices) {
        String[] ids = devices.stream().map(DeviceId::value).toArray(String[]::new);
        Map<DeviceId, JobId> found = new HashMap<>();
        jdbi.useHandle(handle -> handle.createQuery(
                        "select p.device_id, p.job_id from plan p join job j on j.id = p.job_id"
                                + " where p.device_id = any(:ids) and not p.retired and j.state in ('queued', 'running')"
                                + " order by p.ordinal")
                .bind("ids", ids)
                .map((row, context) ->
                        Map.entry(new DeviceId(row.getString("device_id")), new JobId(row.getString("job_id"))))
                .forEach(entry -> found.put(entry.getKey(), entry.getValue())));
        return found;
    }

    private PlanRecord plan(ResultSet row, StatementContext context) throws SQLException {
        try {
            return new PlanRecord(
                    row.getString("id"),
                    new DeviceId(row.getString("device_id")),
                    row.getString("model_id"),
                    json.readValue(row.getString("goal"), Goal.class),
                    row.getInt("attempt"),
                    new Correction(row.getDouble("correction")),
                    new JobId(row.getString("job_id")),
                    row.getObject("created_at", OffsetDateTime.class).toInstant());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A plan in the database cannot be read", e);
        }
    }

    private String write(Goal goal) {
        try {
            return json.writeValueAsString(goal);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Not writable as JSON: " + goal, e);
        }
    }
}
