package io.espalier.controller.deployment.adapter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.controller.deployment.Deployment;
import io.espalier.controller.deployment.DeploymentRequest;
import io.espalier.controller.deployment.DeploymentState;
import io.espalier.controller.deployment.Goal;
import io.espalier.controller.deployment.Trial;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** Turns rows of the deployment table into deployments. */
final class DeploymentRows implements RowMapper<Deployment> {
    private final ObjectMapper json;

    DeploymentRows(ObjectMapper json) {
        this.json = json;
    }

    @Override
    public Deployment map(ResultSet row, StatementContext context) throws SQLException {
        Trial trial = read(row.getString("trial"), Trial.class);
        return new Deployment(
                row.getString("id"),
                new DeploymentRequest(
                        new DeviceId(row.getString("device_id")),
                        row.getString("model_id"),
                        new Sha256(row.getString("variant_digest")),
                        new Sha256(row.getString("artifact_digest")),
                        row.getString("kind").equals("dense"),
                        row.getBoolean("unconditional"),
                        read(row.getString("goal"), Goal.class),
                        row.getString("plan_id"),
                        row.getString("reason"),
                        row.getObject("predicted_p95_micros", Double.class)),
                state(row.getString("state"), trial),
                trial,
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("changed_at", OffsetDateTime.class).toInstant());
    }

    @Nullable
    String write(@Nullable Object value) {
        try {
            return value == null ? null : json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Cannot write " + value + " as JSON", e);
        }
    }

    private <T> @Nullable T read(@Nullable String text, Class<T> type) {
        try {
            return text == null ? null : json.readValue(text, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Cannot read " + type.getSimpleName() + " from the database: " + text, e);
        }
    }

    private static DeploymentState state(String label, @Nullable Trial trial) {
        if (trial == null) {
            return switch (label) {
                case "assigned" -> new DeploymentState.Assigned();
                case "fetching" -> new DeploymentState.Fetching();
                case "trying" -> new DeploymentState.Trying();
                case "superseded" -> new DeploymentState.Superseded();
                default -> throw new IllegalStateException("A deployment is " + label + " without a trial");
            };
        }
        return switch (label) {
            case "serving" -> new DeploymentState.Serving(trial);
            case "refused" -> new DeploymentState.Refused(trial);
            default -> new DeploymentState.Superseded();
        };
    }
}
