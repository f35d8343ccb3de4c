package io.espalier.controller.profile.adapter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.controller.profile.DeviceProfile;
import io.espalier.controller.profile.ProfileStore;
import io.espalier.proto.DeviceId;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementContext;

/** Profiles in PostgreSQL; hardware, runtime and timings as one JSON document. */
@Singleton
final class JdbcProfileStore implements ProfileStore {
    private static final String SELECT =
            "select device_id, suite_digest, epoch, sequence, measured_at, cast(content as text) content from device_profile ";
    private static final ObjectMapper JSON =
            new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private final Jdbi jdbi;

    JdbcProfileStore(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** What the column content holds. */
    record Content(
            DeviceProfile.Hardware hardware,
            DeviceProfile.RuntimeKey runtime,
            List<DeviceProfile.ProbeTiming> timings) {}

    @Override
    public boolean upsert(DeviceProfile profile) {
        return jdbi.withHandle(handle -> handle.createUpdate("""
                                insert into device_profile
                                    (device_id, suite_digest, runtime_key, epoch, sequence, measured_at, content)
                                select :device, :suite, :runtime, :epoch, :sequence, :at, cast(:content as jsonb)
                                where exists (select 1 from device where id = :device and retired_at is null)
                                on conflict (device_id, suite_digest, runtime_key) do update set epoch = excluded.epoch,
                                    sequence = excluded.sequence, measured_at = excluded.measured_at,
                                    content = excluded.content
                                where (device_profile.epoch, device_profile.sequence) < (excluded.epoch, excluded.sequence)""")
                        .bind("device", profile.device().value())
                        .bind("suite", profile.suiteDigest())
                        .bind("runtime", profile.runtime().word())
                        .bind("epoch", profile.epoch())
                        .bind("sequence", profile.sequence())
                        .bind("at", profile.measuredAt())
                        .bind("content", write(profile))
                        .execute()
                > 0);
    }

    @Override
    public List<DeviceProfile> of(DeviceId device) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        SELECT + "where device_id = :device order by epoch desc, sequence desc, suite_digest")
                .bind("device", device.value())
                .map(JdbcProfileStore::read)
                .list());
    }

    @Override
    public Optional<DeviceProfile> find(DeviceId device, String suiteDigest) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        SELECT
                                + "where device_id = :device and suite_digest = :suite order by epoch desc, sequence desc limit 1")
                .bind("device", device.value())
                .bind("suite", suiteDigest)
                .map(JdbcProfileStore::read)
                .findOne());
    }

    @Override
    public Map<DeviceId, DeviceProfile> newest(Collection<DeviceId> devices) {
        String[] ids = devices.stream().map(DeviceId::value).toArray(String[]::new);
        return jdbi.withHandle(handle -> {
            Map<DeviceId, DeviceProfile> newest = new LinkedHashMap<>();
            handle.createQuery("""
                            select distinct on (device_id) device_id, suite_digest, epoch, sequence, measured_at,
                                cast(content as text) content
                            from device_profile where device_id = any(:ids) order by device_id, epoch desc, sequence desc""")
                    .bind("ids", ids)
                    .map(JdbcProfileStore::read)
                    .forEach(profile -> newest.put(profile.device(), profile));
            return newest;
        });
    }

    private static String write(DeviceProfile profile) {
        try {
            return JSON.writeValueAsString(new Content(profile.hardware(), profile.runtime(), profile.timings()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Profile cannot be written: " + profile, e);
        }
    }

    private static DeviceProfile read(ResultSet row, StatementContext context) throws SQLException {
        try {
            Content content = JSON.readValue(row.getString("content"), Content.class);
            return new DeviceProfile(
                    new DeviceId(row.getString("device_id")),
                    row.getString("suite_digest"),
                    row.getLong("epoch"),
                    row.getLong("sequence"),
                    row.getTimestamp("measured_at").toInstant(),
                    content.hardware(),
                    content.runtime(),
                    content.timings());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A stored profile is not readable", e);
        }
    }
}
