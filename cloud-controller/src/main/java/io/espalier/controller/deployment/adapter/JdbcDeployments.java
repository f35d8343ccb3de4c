package io.espalier.controller.deployment.adapter;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.controller.deployment.AgentProgram;
import io.espalier.controller.deployment.Deployment;
import io.espalier.controller.deployment.Deployments;
import io.espalier.controller.deployment.DeviceStatus;
import io.espalier.controller.deployment.Report;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** Reads deployments, device states and histories from PostgreSQL. */
@Singleton
final class JdbcDeployments implements Deployments {
    private final Jdbi jdbi;
    private final DeploymentRows rows;

    JdbcDeployments(Jdbi jdbi, ObjectMapper json) {
        this.jdbi = jdbi;
        this.rows = new DeploymentRows(json);
    }

    @Override
    public List<Deployment> of(DeviceId device, @Nullable String modelId) {
        // Dense deployments are always among them: the newest measurement of the unpruned model is the yardstick.
        return jdbi.withHandle(handle -> handle.createQuery("select * from ("
                        + "(select * from deployment where device_id = :device and not former_machine"
                        + " and (cast(:model as text) is null or model_id = :model) order by ordinal desc limit :most)"
                        + " union (select * from deployment where device_id = :device and not former_machine and kind = 'dense'"
                        + " and trial is not null and (cast(:model as text) is null or model_id = :model)"
                        + " order by ordinal desc limit 1)) found order by ordinal")
                .bind("device", device.value())
                .bind("model", modelId)
                .bind("most", MOST)
                .map(rows)
                .list());
    }

    @Override
    public List<Deployment> newest() {
        return jdbi.withHandle(
                handle -> handle.createQuery("select * from deployment order by ordinal desc limit :most")
                        .bind("most", MOST)
                        .map(rows)
                        .list());
    }

    @Override
    public Optional<DeviceStatus> status(DeviceId device) {
        return Optional.ofNullable(statusOf(List.of(device)).get(device));
    }

    @Override
    public Map<DeviceId, DeviceStatus> statusOf(Collection<DeviceId> devices) {
        String[] ids = devices.stream().map(DeviceId::value).toArray(String[]::new);
        Map<DeviceId, DeviceStatus> found = new HashMap<>();
        jdbi.useHandle(handle -> handle.createQuery("select coalesce(p.device_id, r.device_id) as device_id,"
                        + " coalesce(p.online, false) as online, greatest(p.at, r.at) as seen, r.phase,"
                        + " r.active_variant_digest, r.active_artifact_digest,"
                        + " r.agent_version, coalesce(r.upgradable, false) as upgradable, r.program_digest,"
                        + " r.program_refused, coalesce(r.program_refused_why, '') as program_refused_why"
                        + " from device_presence p full join device_report r on r.device_id = p.device_id"
                        + " where coalesce(p.device_id, r.device_id) = any(:ids)")
                .bind("ids", ids)
                .map(JdbcDeployments::readStatus)
                .forEach(status -> found.put(status.device(), status)));
        return found;
    }

    @Override
    public Map<DeviceId, Deployment> servingOn(Collection<DeviceId> devices) {
        // What a device says it runs goes before what it was last known to have accepted.
        return newestOf(
                devices,
                "(state = 'serving' or coalesce(artifact_digest = reported, false))",
                "coalesce(artifact_digest = reported, false) desc, (state = 'serving') desc,");
    }

    @Override
    public Map<DeviceId, Deployment> denseTriedOn(Collection<DeviceId> devices) {
        return newestOf(devices, "kind = 'dense' and trial is not null", "");
    }

    private Map<DeviceId, Deployment> newestOf(Collection<DeviceId> devices, String condition, String before) {
        String[] ids = devices.stream().map(DeviceId::value).toArray(String[]::new);
        Map<DeviceId, Deployment> found = new HashMap<>();
        jdbi.useHandle(handle -> handle.createQuery("select distinct on (device_id) found.* from"
                        + " (select d.*, r.active_artifact_digest as reported from deployment d"
                        + " left join device_report r on r.device_id = d.device_id"
                        + " where d.device_id = any(:ids) and not d.former_machine) found"
                        + " where " + condition + " order by device_id, " + before + " ordinal desc")
                .bind("ids", ids)
                .map(rows)
                .forEach(deployment -> found.put(deployment.device(), deployment)));
        return found;
    }

    @Override
    public Set<Sha256> neededArtifacts() {
        return jdbi.withHandle(handle -> handle.createQuery("select unnest(measure) from device_desired"
                        + " union select d.artifact_digest from device_desired w join deployment d"
                        + " on d.id = w.deployment_id"
                        + " union select program_digest from device_desired where program_digest is not null")
                .mapTo(String.class)
                .map(Sha256::new)
                .collect(Collectors.toSet()));
    }

    private static DeviceStatus readStatus(ResultSet row, StatementContext context) throws SQLException {
        @Nullable OffsetDateTime seen = row.getObject("seen", OffsetDateTime.class);
        @Nullable String phase = row.getString("phase");
        return new DeviceStatus(
                new DeviceId(row.getString("device_id")),
                row.getBoolean("online"),
                seen == null ? null : seen.toInstant(),
                phase == null ? null : Report.Phase.valueOf(phase),
                digest(row.getString("active_variant_digest")),
                digest(row.getString("active_artifact_digest")),
                row.getString("agent_version"),
                row.getBoolean("upgradable")
                        ? new AgentProgram(
                                digest(row.getString("program_digest")),
                                digest(row.getString("program_refused")),
                                row.getString("program_refused_why"))
                        : null);
    }

    private static @Nullable Sha256 digest(@Nullable String hex) {
        return hex == null ? null : new Sha256(hex);
    }
}
