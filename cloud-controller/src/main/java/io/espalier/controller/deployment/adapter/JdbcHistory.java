package io.espalier.controller.deployment.adapter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.controller.deployment.Deployments;
import io.espalier.controller.deployment.DeviceEvent;
import io.espalier.controller.deployment.History;
import io.espalier.controller.live.DeviceTouched;
import io.espalier.controller.live.LiveEvents;
import io.espalier.proto.DeviceId;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementContext;

/** Histories in PostgreSQL. */
@Singleton
final class JdbcHistory implements History {
    private final Jdbi jdbi;
    private final ObjectMapper json;
    private final LiveEvents live;
    private final Clock clock;

    JdbcHistory(Jdbi jdbi, ObjectMapper json, LiveEvents live, Clock clock) {
        this.jdbi = jdbi;
        this.json = json;
        this.live = live;
        this.clock = clock;
    }

    @Override
    public List<DeviceEvent> of(DeviceId device) {
        return jdbi.withHandle(handle -> handle.createQuery("select at, kind, text, cast(attributes as text) attributes"
                        + " from device_event where device_id = :device order by at desc, id desc limit :most")
                .bind("device", device.value())
                .bind("most", Deployments.MOST)
                .map(this::event)
                .list());
    }

    @Override
    public void tell(DeviceId device, String kind, String text) {
        jdbi.useHandle(handle -> add(handle, device, clock.instant(), kind, text));
        live.publish(new DeviceTouched(device.value()));
    }

    /** For a line that is to be there exactly when something else is. */
    static void add(Handle handle, DeviceId device, Instant at, String kind, String text) {
        handle.createUpdate("insert into device_event (device_id, at, kind, text) values (:device, :at, :kind, :text)")
                .bind("device", device.value())
                .bind("at", at)
                .bind("kind", kind)
                .bind("text", text)
                .execute();
    }

    @Override
    public void heard(DeviceId device, long epoch, long sequence, DeviceEvent event) {
        jdbi.useHandle(handle -> handle.createUpdate("insert into device_event"
                        + " (device_id, at, kind, text, attributes, epoch, sequence)"
                        + " select :device, :at, :kind, :text, cast(:attributes as jsonb), :epoch, :sequence"
                        + " where exists (select 1 from device where id = :device) on conflict do nothing")
                .bind("device", device.value())
                .bind("at", event.at())
                .bind("kind", event.kind())
                .bind("text", event.text())
                .bind("attributes", write(event.attributes()))
                .bind("epoch", epoch)
                .bind("sequence", sequence)
                .execute());
    }

    private String write(Map<String, String> attributes) {
        try {
            return json.writeValueAsString(attributes);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Not writable as JSON: " + attributes, e);
        }
    }

    private DeviceEvent event(ResultSet row, StatementContext context) throws SQLException {
        try {
            return new DeviceEvent(
                    row.getObject("at", OffsetDateTime.class).toInstant(),
                    row.getString("kind"),
                    row.getString("text"),
                    json.readValue(row.getString("attributes"), new TypeReference<Map<String, String>>() {}));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Attributes of an event cannot be read", e);
        }
    }
}
