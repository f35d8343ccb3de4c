package io.espalier.controller.pruning.adapter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.controller.pruning.Job;
import io.espalier.controller.pruning.JobId;
import io.espalier.controller.pruning.JobKind;
import io.espalier.controller.pruning.JobProgress;
import io.espalier.controller.pruning.JobState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.Map;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** Turns rows of the job table into jobs. */
final class JobRows implements RowMapper<Job> {
    private final ObjectMapper json;

    JobRows(ObjectMapper json) {
        this.json = json;
    }

    @Override
    public Job map(ResultSet row, StatementContext context) throws SQLException {
        @Nullable String stage = row.getString("stage");
        @Nullable String result = row.getString("result");
        return new Job(
                new JobId(row.getString("id")),
                JobKind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
                JobState.ofLabel(row.getString("state")),
                row.getString("model_id"),
                row.getString("device_id"),
                read(row.getString("specification")),
                row.getInt("attempt"),
                stage == null
                        ? null
                        : new JobProgress(
                                stage,
                                row.getLong("done"),
                                row.getLong("total"),
                                row.getObject("seconds_left", Long.class),
                                row.getString("message")),
                row.getString("message"),
                result == null ? null : read(result),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                instant(row, "started_at"),
                instant(row, "finished_at"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        @Nullable OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }

    private Map<String, Object> read(String text) {
        try {
            return json.readValue(text, new TypeReference<Map<String, Object>>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A job in the database cannot be read: " + text, e);
        }
    }
}
