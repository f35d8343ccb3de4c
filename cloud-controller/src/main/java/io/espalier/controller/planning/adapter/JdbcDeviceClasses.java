package io.espalier.controller.planning.adapter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.controller.planning.DeviceClass;
import io.espalier.controller.planning.DeviceClasses;
import io.espalier.controller.profile.DeviceProfile;
import io.espalier.pruning.latency.Timing;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** Device classes in PostgreSQL, each with the timings of the device that began it. */
@Singleton
final class JdbcDeviceClasses implements DeviceClasses {
    private final Jdbi jdbi;
    private final ObjectMapper json;
    private final Clock clock;

    JdbcDeviceClasses(Jdbi jdbi, ObjectMapper json, Clock clock) {
        this.jdbi = jdbi;
        this.json = json;
        this.clock = clock;
    }

    @Override
    public DeviceClass classOf(DeviceProfile base) {
        String kind = DeviceClass.kind(base);
        List<Timing> timings = DeviceClass.timings(base);
        return jdbi.inTransaction(handle -> {
            // Two devices that are alike must not begin a class each at the same moment.
            handle.execute("lock table device_class in share row exclusive mode");
            return DeviceClass.nearest(timings, first(handle, kind)).orElseGet(() -> begin(handle, kind, timings));
        });
    }

    private Map<DeviceClass, List<Timing>> first(Handle handle, String kind) {
        Map<DeviceClass, List<Timing>> first = new LinkedHashMap<>();
        handle.createQuery("select number, timings from device_class where kind = :kind order by number")
                .bind("kind", kind)
                .map((row, context) -> Map.entry(new DeviceClass(row.getLong("number")), timings(row)))
                .forEach(entry -> first.put(entry.getKey(), entry.getValue()));
        return first;
    }

    private DeviceClass begin(Handle handle, String kind, List<Timing> timings) {
        try {
            return new DeviceClass(handle.createUpdate("insert into device_class (kind, timings, created_at)"
                            + " values (:kind, cast(:timings as jsonb), :now)")
                    .bind("kind", kind)
                    .bind("timings", json.writeValueAsString(timings))
                    .bind("now", clock.instant())
                    .executeAndReturnGeneratedKeys("number")
                    .mapTo(Long.class)
                    .one());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Timings are not writable as JSON", e);
        }
    }

    private List<Timing> timings(ResultSet row) throws SQLException {
        try {
            return json.readValue(row.getString("timings"), new TypeReference<List<Timing>>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The timings of a device class in the database cannot be read", e);
        }
    }
}
