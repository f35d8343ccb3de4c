package io.espalier.controller.model.adapter;

import io.espalier.controller.device.Device;
import io.espalier.controller.device.GroupName;
import io.espalier.controller.model.ModelAssignments;
import io.espalier.controller.model.ModelId;
import io.espalier.proto.DeviceId;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Jdbi;

/** Assignments in PostgreSQL. */
@Singleton
final class JdbcModelAssignments implements ModelAssignments {
    private static final String DEVICE = "device";
    private static final String GROUP = "group";

    private final Jdbi jdbi;

    JdbcModelAssignments(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    @Override
    public void assign(DeviceId device, ModelId model, Instant at) {
        assign(DEVICE, device.value(), model, at);
    }

    @Override
    public void assign(GroupName group, ModelId model, Instant at) {
        assign(GROUP, group.value(), model, at);
    }

    @Override
    public Map<DeviceId, ModelId> ofDevices() {
        return all(DEVICE, DeviceId::new);
    }

    @Override
    public Map<GroupName, ModelId> ofGroups() {
        return all(GROUP, GroupName::new);
    }

    @Override
    public Optional<ModelId> effective(Device device) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        select model_id from model_assignment
                        where (scope = 'device' and name = :device) or (scope = 'group' and name = :group)
                        order by scope limit 1""")
                .bind("device", device.id().value())
                .bind("group", device.group().value())
                .mapTo(String.class)
                .findOne()
                .map(ModelId::new));
    }

    private void assign(String scope, String name, ModelId model, Instant at) {
        jdbi.useHandle(handle -> handle.createUpdate("""
                        insert into model_assignment (scope, name, model_id, assigned_at)
                        values (:scope, :name, :model, :at)
                        on conflict (scope, name) do update set model_id = excluded.model_id,
                            assigned_at = excluded.assigned_at""")
                .bind("scope", scope)
                .bind("name", name)
                .bind("model", model.value())
                .bind("at", at)
                .execute());
    }

    private <K> Map<K, ModelId> all(String scope, Function<String, K> key) {
        return jdbi.withHandle(handle -> {
            Map<K, ModelId> assignments = new LinkedHashMap<>();
            handle.createQuery("select name, model_id from model_assignment where scope = :scope")
                    .bind("scope", scope)
                    .map((row, context) ->
                            Map.entry(key.apply(row.getString("name")), new ModelId(row.getString("model_id"))))
                    .forEach(entry -> assignments.put(entry.getKey(), entry.getValue()));
            return assignments;
        });
    }
}
