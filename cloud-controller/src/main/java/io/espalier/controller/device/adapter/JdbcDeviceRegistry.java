package io.espalier.controller.device.adapter;

import io.espalier.controller.device.Device;
import io.espalier.controller.device.DeviceRegistry;
import io.espalier.controller.device.GroupName;
import io.espalier.controller.device.Labels;
import io.espalier.proto.DeviceId;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jspecify.annotations.Nullable;

/** Devices in PostgreSQL. */
@Singleton
final class JdbcDeviceRegistry implements DeviceRegistry {
    private final Jdbi jdbi;

    JdbcDeviceRegistry(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    @Override
    public Optional<Device> find(DeviceId id) {
        return jdbi.withHandle(
                handle -> handle.createQuery("select " + DeviceRow.COLUMNS + " from device where id = :id")
                        .bind("id", id.value())
                        .map(ConstructorMapper.of(DeviceRow.class))
                        .findOne()
                        .map(DeviceRow::device));
    }

    @Override
    public List<Device> all() {
        return jdbi.withHandle(handle -> handle.createQuery("select " + DeviceRow.COLUMNS + " from device order by id")
                .map(ConstructorMapper.of(DeviceRow.class))
                .map(DeviceRow::device)
                .list());
    }

    @Override
    public List<Device> inGroup(GroupName group) {
        return jdbi.withHandle(handle -> handle.createQuery("select " + DeviceRow.COLUMNS
                        + " from device where group_name = :group and retired_at is null order by id")
                .bind("group", group.value())
                .map(ConstructorMapper.of(DeviceRow.class))
                .map(DeviceRow::device)
                .list());
    }

    @Override
    public Map<GroupName, Integer> groupSizes() {
        return jdbi.withHandle(handle -> {
            Map<GroupName, Integer> sizes = new LinkedHashMap<>();
            handle.createQuery(
                            "select group_name, count(*) members from device where retired_at is null group by 1 order by 1")
                    .map((row, context) -> Map.entry(new GroupName(row.getString("group_name")), row.getInt("members")))
                    .forEach(entry -> sizes.put(entry.getKey(), entry.getValue()));
            return sizes;
        });
    }

    @Override
    public Optional<Device> change(DeviceId id, @Nullable Labels labels, @Nullable GroupName group) {
        return jdbi.withHandle(handle -> returned(handle.createUpdate("""
                        update device set labels = coalesce(cast(:labels as jsonb), labels),
                            group_name = coalesce(:group, group_name)
                        where id = :id""")
                .bind("id", id.value())
                .bind("labels", labels == null ? null : DeviceRow.json(labels))
                .bind("group", group == null ? null : group.value())));
    }

    @Override
    public Optional<Device> retire(DeviceId id, Instant at) {
        return jdbi.inTransaction(handle -> {
            // The row first: a certificate that is being kept has it, and is there to be revoked once it is free.
            Optional<Device> retired = returned(
                    handle.createUpdate("update device set retired_at = coalesce(retired_at, :at) where id = :id")
                            .bind("id", id.value())
                            .bind("at", at));
            JdbcCertificateBook.revokeAll(handle, id, at);
            return retired;
        });
    }

    private static Optional<Device> returned(org.jdbi.v3.core.statement.Update update) {
        return update.executeAndReturnGeneratedKeys()
                .map(ConstructorMapper.of(DeviceRow.class))
                .findOne()
                .map(DeviceRow::device);
    }
}
