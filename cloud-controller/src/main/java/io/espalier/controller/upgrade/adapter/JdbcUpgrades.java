package io.espalier.controller.upgrade.adapter;

import io.espalier.controller.upgrade.OrderState;
import io.espalier.controller.upgrade.StepState;
import io.espalier.controller.upgrade.UpgradeOrder;
import io.espalier.controller.upgrade.UpgradeStep;
import io.espalier.controller.upgrade.Upgrades;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.StatementContext;

/** Orders in PostgreSQL. An order's row is locked while the order changes. */
@Singleton
final class JdbcUpgrades implements Upgrades {
    private final Jdbi jdbi;

    JdbcUpgrades(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** A row of the table upgrade_order. */
    public record Row(
            String id,
            String programDigest,
            int batchSize,
            String state,
            String reason,
            Instant createdAt,
            Instant changedAt) {
        UpgradeOrder order(List<UpgradeStep> steps) {
            return new UpgradeOrder(
                    id,
                    new Sha256(programDigest),
                    batchSize,
                    OrderState.ofLabel(state),
                    reason,
                    createdAt,
                    changedAt,
                    steps);
        }

        Overview overview(Map<StepState, Integer> devices) {
            return new Overview(
                    id,
                    new Sha256(programDigest),
                    batchSize,
                    OrderState.ofLabel(state),
                    reason,
                    createdAt,
                    changedAt,
                    devices);
        }
    }

    @Override
    public void add(UpgradeOrder order) {
        jdbi.useTransaction(handle -> {
            handle.createUpdate("""
                            insert into upgrade_order (id, program_digest, batch_size, state, reason, created_at, changed_at)
                            values (:id, :program, :batch, :state, :reason, :created, :changed)""")
                    .bind("id", order.id())
                    .bind("program", order.program().hex())
                    .bind("batch", order.batchSize())
                    .bind("state", order.state().label())
                    .bind("reason", order.reason())
                    .bind("created", order.createdAt())
                    .bind("changed", order.changedAt())
                    .execute();
            PreparedBatch steps = handle.prepareBatch("""
                    insert into upgrade_step (order_id, position, device_id, state, detail, version_before, changed_at)
                    values (:order, :position, :device, :state, :detail, :before, :changed)""");
            for (int i = 0; i < order.steps().size(); i++) {
                UpgradeStep step = order.steps().get(i);
                bind(steps, order, step)
                        .bind("position", i)
                        .bind("before", step.versionBefore())
                        .add();
            }
            steps.execute();
        });
    }

    private static PreparedBatch bind(PreparedBatch batch, UpgradeOrder order, UpgradeStep step) {
        return batch.bind("order", order.id())
                .bind("device", step.device().value())
                .bind("state", step.state().label())
                .bind("detail", step.detail())
                .bind("changed", step.changedAt());
    }

    @Override
    public Optional<UpgradeOrder> find(String id) {
        return jdbi.withHandle(handle -> find(handle, id, ""));
    }

    private static Optional<UpgradeOrder> find(Handle handle, String id, String lock) {
        return handle.createQuery("select * from upgrade_order where id = :id" + lock)
                .bind("id", id)
                .map(ConstructorMapper.of(Row.class))
                .findOne()
                .map(row -> row.order(steps(handle, row.id())));
    }

    @Override
    public List<Overview> newest() {
        return jdbi.withHandle(handle -> handle
                .createQuery("select * from upgrade_order order by ordinal desc limit :most")
                .bind("most", MOST)
                .map(ConstructorMapper.of(Row.class))
                .list()
                .stream()
                .map(row -> row.overview(counts(handle, row.id())))
                .toList());
    }

    private static Map<StepState, Integer> counts(Handle handle, String order) {
        return handle.createQuery("select state, count(*) as devices from upgrade_step where order_id = :order"
                        + " group by state")
                .bind("order", order)
                .reduceRows(new EnumMap<>(StepState.class), (counts, row) -> {
                    counts.put(
                            StepState.ofLabel(row.getColumn("state", String.class)),
                            row.getColumn("devices", Integer.class));
                    return counts;
                });
    }

    @Override
    public List<UpgradeOrder> running() {
        return jdbi.withHandle(handle -> handle
                .createQuery("select * from upgrade_order where state = 'running' order by ordinal")
                .map(ConstructorMapper.of(Row.class))
                .list()
                .stream()
                .map(row -> row.order(steps(handle, row.id())))
                .toList());
    }

    @Override
    public Optional<Changed> change(String id, UnaryOperator<UpgradeOrder> change) {
        return jdbi.inTransaction(handle -> find(handle, id, " for update").map(before -> {
            Changed changed = new Changed(before, change.apply(before));
            if (changed.isNews()) {
                keep(handle, changed);
            }
            return changed;
        }));
    }

    private static void keep(Handle handle, Changed changed) {
        UpgradeOrder after = changed.after();
        handle.createUpdate("update upgrade_order set state = :state, reason = :reason, changed_at = :changed"
                        + " where id = :id")
                .bind("id", after.id())
                .bind("state", after.state().label())
                .bind("reason", after.reason())
                .bind("changed", after.changedAt())
                .execute();
        PreparedBatch steps = handle.prepareBatch("update upgrade_step set state = :state, detail = :detail,"
                + " changed_at = :changed where order_id = :order and device_id = :device");
        changed.steps().forEach(step -> bind(steps, after, step).add());
        steps.execute();
    }

    private static List<UpgradeStep> steps(Handle handle, String order) {
        return handle.createQuery("select * from upgrade_step where order_id = :order order by position")
                .bind("order", order)
                .map(JdbcUpgrades::step)
                .list();
    }

    private static UpgradeStep step(ResultSet row, StatementContext context) throws SQLException {
        return new UpgradeStep(
                new DeviceId(row.getString("device_id")),
                StepState.ofLabel(row.getString("state")),
                row.getString("detail"),
                row.getString("version_before"),
                row.getObject("changed_at", OffsetDateTime.class).toInstant());
    }

    @Override
    public Map<DeviceId, Latest> latestOf(Collection<DeviceId> devices) {
        Map<DeviceId, Latest> latest = new HashMap<>();
        jdbi.useHandle(handle -> handle.createQuery("select distinct on (s.device_id) s.device_id, s.order_id, s.state,"
                        + " s.detail, s.changed_at, p.version from upgrade_step s join upgrade_order o on o.id = s.order_id"
                        + " join program p on p.digest = o.program_digest where s.device_id = any(:devices)"
                        + " order by s.device_id, o.ordinal desc")
                .bind("devices", devices.stream().map(DeviceId::value).toArray(String[]::new))
                .map((row, context) -> latest.put(
                        new DeviceId(row.getString("device_id")),
                        new Latest(
                                row.getString("order_id"),
                                row.getString("version"),
                                StepState.ofLabel(row.getString("state")),
                                row.getString("detail"),
                                row.getObject("changed_at", OffsetDateTime.class)
                                        .toInstant())))
                .list());
        return latest;
    }
}
