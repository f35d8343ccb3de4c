package io.espalier.controller.budget.adapter;

import io.espalier.controller.budget.Budget;
import io.espalier.controller.budget.BudgetBook;
import io.espalier.controller.budget.Refusal;
import io.espalier.controller.device.GroupName;
import io.espalier.proto.DeviceId;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jspecify.annotations.Nullable;

/** Budgets and refusals in PostgreSQL. */
@Singleton
final class JdbcBudgetBook implements BudgetBook {
    private static final String DEVICE = "device";
    private static final String GROUP = "group";

    private final Jdbi jdbi;

    JdbcBudgetBook(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** A row of the table budget. */
    public record Row(
            String name,
            @Nullable Double latencyP95Micros,
            @Nullable Long memoryBytes,
            @Nullable Long sizeBytes,
            @Nullable Double energyMillijoules,
            @Nullable Double minAccuracy) {
        Budget budget() {
            return new Budget(latencyP95Micros, memoryBytes, sizeBytes, energyMillijoules, minAccuracy);
        }
    }

    /** A row of the table budget_refusal. */
    public record RefusalRow(
            String deviceId, double requestedP95Micros, double floorP95Micros, String detail, Instant refusedAt) {
        Refusal refusal() {
            return new Refusal(requestedP95Micros, floorP95Micros, detail, refusedAt);
        }
    }

    @Override
    public Map<DeviceId, Budget> ofDevices() {
        return all(DEVICE, DeviceId::new);
    }

    @Override
    public Map<GroupName, Budget> ofGroups() {
        return all(GROUP, GroupName::new);
    }

    @Override
    public Optional<Budget> find(DeviceId device) {
        return find(DEVICE, device.value());
    }

    @Override
    public Optional<Budget> find(GroupName group) {
        return find(GROUP, group.value());
    }

    @Override
    public void put(DeviceId device, Budget budget, Instant at) {
        put(DEVICE, device.value(), budget, at);
    }

    @Override
    public void put(GroupName group, Budget budget, Instant at) {
        put(GROUP, group.value(), budget, at);
    }

    @Override
    public boolean remove(DeviceId device) {
        return remove(DEVICE, device.value());
    }

    @Override
    public boolean remove(GroupName group) {
        return remove(GROUP, group.value());
    }

    @Override
    public Map<DeviceId, Refusal> refusals() {
        return jdbi.withHandle(handle -> {
            Map<DeviceId, Refusal> refusals = new LinkedHashMap<>();
            handle.createQuery("select * from budget_refusal")
                    .map(ConstructorMapper.of(RefusalRow.class))
                    .forEach(row -> refusals.put(new DeviceId(row.deviceId()), row.refusal()));
            return refusals;
        });
    }

    @Override
    public Optional<Refusal> refusal(DeviceId device) {
        return jdbi.withHandle(handle -> handle.createQuery("select * from budget_refusal where device_id = :device")
                .bind("device", device.value())
                .map(ConstructorMapper.of(RefusalRow.class))
                .findOne()
                .map(RefusalRow::refusal));
    }

    @Override
    public void remember(DeviceId device, Refusal refusal) {
        jdbi.useHandle(handle -> handle.createUpdate("""
                        insert into budget_refusal (device_id, requested_p95_micros, floor_p95_micros, detail, refused_at)
                        values (:device, :requested, :floor, :detail, :at)
                        on conflict (device_id) do update set requested_p95_micros = excluded.requested_p95_micros,
                            floor_p95_micros = excluded.floor_p95_micros, detail = excluded.detail,
                            refused_at = excluded.refused_at""")
                .bind("device", device.value())
                .bind("requested", refusal.requestedP95Micros())
                .bind("floor", refusal.floorP95Micros())
                .bind("detail", refusal.detail())
                .bind("at", refusal.at())
                .execute());
    }

    @Override
    public void forgetRefusal(DeviceId device) {
        jdbi.useHandle(handle -> handle.execute("delete from budget_refusal where device_id = ?", device.value()));
    }

    private <K> Map<K, Budget> all(String scope, Function<String, K> key) {
        return jdbi.withHandle(handle -> {
            Map<K, Budget> budgets = new LinkedHashMap<>();
            handle.createQuery("select * from budget where scope = :scope")
                    .bind("scope", scope)
                    .map(ConstructorMapper.of(Row.class))
                    .forEach(row -> budgets.put(key.apply(row.name()), row.budget()));
            return budgets;
        });
    }

    private Optional<Budget> find(String scope, String name) {
        return jdbi.withHandle(
                handle -> handle.createQuery("select * from budget where scope = :scope and name = :name")
                        .bind("scope", scope)
                        .bind("name", name)
                        .map(ConstructorMapper.of(Row.class))
                        .findOne()
                        .map(Row::budget));
    }

    private void put(String scope, String name, Budget budget, Instant at) {
        jdbi.useHandle(handle -> handle.createUpdate("""
                        insert into budget (scope, name, latency_p95_micros, memory_bytes, size_bytes, energy_millijoules,
                            min_accuracy, updated_at)
                        values (:scope, :name, :latency, :memory, :size, :energy, :accuracy, :at)
                        on conflict (scope, name) do update set latency_p95_micros = excluded.latency_p95_micros,
                            memory_bytes = excluded.memory_bytes, size_bytes = excluded.size_bytes,
                            energy_millijoules = excluded.energy_millijoules, min_accuracy = excluded.min_accuracy,
                            updated_at = excluded.updated_at""")
                .bind("scope", scope)
                .bind("name", name)
                .bind("latency", budget.latencyP95Micros())
                .bind("memory", budget.memoryBytes())
                .bind("size", budget.sizeBytes())
                .bind("energy", budget.energyMillijoules())
                .bind("accuracy", budget.minAccuracy())
                .bind("at", at)
                .execute());
    }

    private boolean remove(String scope, String name) {
        return jdbi.withHandle(
                handle -> handle.execute("delete from budget where scope = ? and name = ?", scope, name) > 0);
    }
}
