package io.espalier.controller.telemetry.adapter;

import io.espalier.controller.telemetry.LatencyHistogram;
import io.espalier.controller.telemetry.Tally;
import io.espalier.controller.telemetry.Telemetry;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;

/** Reads the sums from PostgreSQL. */
@Singleton
final class JdbcTelemetry implements Telemetry {
    private static final int MOST_POINTS = 5000;

    private final Jdbi jdbi;

    JdbcTelemetry(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    @Override
    public Map<DeviceId, Map<Sha256, Tally.Summary>> byVariant(Collection<DeviceId> devices) {
        String[] ids = devices.stream().map(DeviceId::value).toArray(String[]::new);
        Map<DeviceId, Map<Sha256, Tally.Summary>> found = new HashMap<>();
        jdbi.useHandle(handle -> handle.createQuery(
                        "select * from telemetry_variant where device_id = any(:ids) order by last_at desc")
                .bind("ids", ids)
                .map((row, context) -> found.computeIfAbsent(
                                new DeviceId(row.getString("device_id")), id -> new LinkedHashMap<>())
                        .put(
                                new Sha256(row.getString("variant_digest")),
                                tally(row).summary()))
                .forEach(before -> {}));
        return found;
    }

    @Override
    public List<Point> points(DeviceId device, Instant since) {
        return jdbi.withHandle(handle -> handle.createQuery("select * from (select * from telemetry_minute"
                        + " where device_id = :device and minute >= :since order by minute desc, variant_digest"
                        + " limit :most) newest order by minute, variant_digest")
                .bind("device", device.value())
                .bind("since", since)
                .bind("most", MOST_POINTS)
                .map((row, context) -> new Point(
                        row.getObject("minute", OffsetDateTime.class).toInstant(),
                        new Sha256(row.getString("variant_digest")),
                        tally(row).summary()))
                .list());
    }

    @Override
    public Tally.Summary since(DeviceId device, Sha256 variant, Instant since) {
        Tally sums = Tally.empty();
        jdbi.useHandle(handle -> handle.createQuery("select * from telemetry_minute where device_id = :device"
                        + " and variant_digest = :variant and minute >= :since")
                .bind("device", device.value())
                .bind("variant", variant.hex())
                .bind("since", since.truncatedTo(ChronoUnit.MINUTES))
                .map((row, context) -> tally(row))
                .forEach(sums::add));
        return sums.summary();
    }

    static Tally tally(ResultSet row) throws SQLException {
        return new Tally(
                LatencyHistogram.decode(row.getBytes("histogram")),
                row.getLong("inferences"),
                row.getLong("errors"),
                row.getLong("labelled"),
                row.getLong("correct"));
    }
}
