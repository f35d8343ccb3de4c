package io.espalier.controller.deployment.adapter;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.controller.deployment.Deployment;
import io.espalier.controller.deployment.DeploymentRequest;
import io.espalier.controller.deployment.Desired;
import io.espalier.controller.deployment.DesiredState;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Desired state in PostgreSQL. The device's row is locked while it changes, so versions grow without a gap. */
@Singleton
final class JdbcDesiredState implements DesiredState {
    private final Jdbi jdbi;
    private final DeploymentRows rows;
    private final DesiredPublisher publisher;
    private final Clock clock;

    JdbcDesiredState(Jdbi jdbi, ObjectMapper json, DesiredPublisher publisher, Clock clock) {
        this.jdbi = jdbi;
        this.rows = new DeploymentRows(json);
        this.publisher = publisher;
        this.clock = clock;
    }

    @Override
    public Desired of(DeviceId device) {
        return publisher.load(device);
    }

    @Override
    public void measure(DeviceId device, List<Sha256> suites) {
        String[] wanted = suites.stream().map(Sha256::hex).toArray(String[]::new);
        boolean changed = jdbi.inTransaction(handle -> {
            if (Arrays.equals(lock(handle, device), wanted)) {
                return false;
            }
            handle.createUpdate("update device_desired set version = version + 1, measure = :measure"
                            + " where device_id = :device")
                    .bindArray("measure", String.class, (Object[]) wanted)
                    .bind("device", device.value())
                    .execute();
            return true;
        });
        if (changed) {
            publisher.publish(device);
        }
    }

    @Override
    public void program(DeviceId device, @Nullable Sha256 program) {
        boolean changed = jdbi.inTransaction(handle -> {
            lock(handle, device);
            return handle.createUpdate("update device_desired set version = version + 1, program_digest = :program"
                                    + " where device_id = :device and program_digest is distinct from :program")
                            .bind("program", program == null ? null : program.hex())
                            .bind("device", device.value())
                            .execute()
                    > 0;
        });
        if (changed) {
            publisher.publish(device);
        }
    }

    @Override
    public Map<DeviceId, Sha256> programs() {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "select device_id, program_digest from device_desired" + " where program_digest is not null")
                .reduceRows(new HashMap<>(), (programs, row) -> {
                    programs.put(
                            new DeviceId(row.getColumn("device_id", String.class)),
                            new Sha256(row.getColumn("program_digest", String.class)));
                    return programs;
                }));
    }

    @Override
    public String deploy(DeploymentRequest request) {
        String id = UUID.randomUUID().toString();
        jdbi.useTransaction(handle -> {
            lock(handle, request.device());
            Instant now = clock.instant();
            supersedeOpen(handle, request.device(), now);
            insert(handle, id, request, now);
            handle.createUpdate("update device_desired set version = version + 1, deployment_id = :id"
                            + " where device_id = :device")
                    .bind("id", id)
                    .bind("device", request.device().value())
                    .execute();
        });
        publisher.publish(request.device());
        return id;
    }

    private static String[] lock(Handle handle, DeviceId device) {
        handle.createUpdate(
                        "insert into device_desired (device_id, version) values (:device, 0) on conflict do nothing")
                .bind("device", device.value())
                .execute();
        return handle.createQuery("select measure from device_desired where device_id = :device for update")
                .bind("device", device.value())
                .map((row, context) -> measure(row))
                .one();
    }

    static String[] measure(ResultSet row) throws SQLException {
        return (String[]) row.getArray("measure").getArray();
    }

    private static void supersedeOpen(Handle handle, DeviceId device, Instant now) {
        handle.createUpdate("update deployment set state = 'superseded', changed_at = :now"
                        + " where device_id = :device and state in ('assigned', 'fetching', 'trying')")
                .bind("device", device.value())
                .bind("now", now)
                .execute();
    }

    private void insert(Handle handle, String id, DeploymentRequest request, Instant now) {
        handle.createUpdate("insert into deployment (id, device_id, model_id, variant_digest, artifact_digest, kind,"
                        + " unconditional, goal, plan_id, reason, predicted_p95_micros, state, created_at, changed_at)"
                        + " values (:id, :device, :model, :variant, :artifact, :kind, :unconditional,"
                        + " cast(:goal as jsonb), :plan, :reason, :predicted, 'assigned', :now, :now)")
                .bind("id", id)
                .bind("device", request.device().value())
                .bind("model", request.modelId())
                .bind("variant", request.variant().hex())
                .bind("artifact", request.artifact().hex())
                .bind("kind", request.dense() ? "dense" : "pruned")
                .bind("unconditional", request.unconditional())
                .bind("goal", rows.write(request.goal()))
                .bind("plan", request.planId())
                .bind("reason", request.reason())
                .bind("predicted", request.predictedP95Micros())
                .bind("now", now)
                .execute();
    }

    static @Nullable Deployment deployment(Handle handle, DeploymentRows rows, String id) {
        return handle.createQuery("select * from deployment where id = :id")
                .bind("id", id)
                .map(rows)
                .findOne()
                .orElse(null);
    }
}
