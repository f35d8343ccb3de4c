package io.espalier.controller.deployment.adapter;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.controller.deployment.AgentProgram;
import io.espalier.controller.deployment.Deployment;
import io.espalier.controller.deployment.DeploymentState;
import io.espalier.controller.deployment.Report;
import io.espalier.controller.deployment.Trial;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Takes in what devices say. Hearing the same thing again, or something older, changes nothing. */
@Singleton
final class JdbcReports {
    private final Jdbi jdbi;
    private final DeploymentRows rows;
    private final Clock clock;

    JdbcReports(Jdbi jdbi, ObjectMapper json, Clock clock) {
        this.jdbi = jdbi;
        this.rows = new DeploymentRows(json);
        this.clock = clock;
    }

    /** Returns whether it was news. */
    boolean store(Report report) {
        return jdbi.inTransaction(handle -> {
            if (!upsert(handle, report)) {
                return false;
            }
            // The lock on the desired row keeps a new assignment from slipping in between.
            handle.createQuery("select version from device_desired where device_id = :device for update")
                    .bind("device", report.device().value())
                    .mapTo(Long.class)
                    .findOne();
            moveCurrent(handle, report);
            return true;
        });
    }

    private boolean upsert(Handle handle, Report report) {
        @Nullable AgentProgram program = report.program();
        return handle.createUpdate(
                                "insert into device_report (device_id, epoch, sequence, at, agent_version,"
                                        + " desired_version, phase, active_artifact_digest, active_variant_digest, progress, detail,"
                                        + " upgradable, program_digest, program_refused, program_refused_why)"
                                        + " select :device, :epoch, :sequence, :at, :agent, :desired, :phase, :artifact, :variant,"
                                        + " :progress, :detail, :upgradable, :program, :refused, :why where exists (select 1 from device where id = :device)"
                                        + " on conflict (device_id) do update set epoch = excluded.epoch, sequence = excluded.sequence,"
                                        + " at = excluded.at, agent_version = excluded.agent_version,"
                                        + " desired_version = excluded.desired_version, phase = excluded.phase,"
                                        + " active_artifact_digest = excluded.active_artifact_digest,"
                                        + " active_variant_digest = excluded.active_variant_digest,"
                                        + " progress = excluded.progress, detail = excluded.detail,"
                                        + " upgradable = excluded.upgradable, program_digest = excluded.program_digest,"
                                        + " program_refused = excluded.program_refused, program_refused_why = excluded.program_refused_why"
                                        + " where (device_report.epoch, device_report.sequence) < (excluded.epoch, excluded.sequence)")
                        .bind("device", report.device().value())
                        .bind("epoch", report.epoch())
                        .bind("sequence", report.sequence())
                        .bind("at", clock.instant())
                        .bind("agent", report.agentVersion())
                        .bind("desired", report.desiredVersion())
                        .bind("phase", report.phase().name())
                        .bind("artifact", hex(report.activeArtifact()))
                        .bind("variant", hex(report.activeVariant()))
                        .bind("progress", report.progress())
                        .bind("detail", report.detail())
                        .bind("upgradable", program != null)
                        .bind("program", program == null ? null : hex(program.running()))
                        .bind("refused", program == null ? null : hex(program.refused()))
                        .bind("why", program == null ? null : program.why())
                        .execute()
                > 0;
    }

    private void moveCurrent(Handle handle, Report report) {
        Instant now = clock.instant();
        Report.TrialOf trial = report.trial();
        if (trial != null) {
            handle.createQuery("select * from deployment where id = :id and device_id = :device"
                            + " and not former_machine")
                    .bind("id", trial.deploymentId())
                    .bind("device", report.device().value())
                    .map(rows)
                    .findOne()
                    .filter(tried -> tried.takes(trial.trial()))
                    .ifPresent(tried -> settle(handle, tried, trial.trial(), now));
        }
        handle.createQuery("select d.* from deployment d join device_desired w on w.deployment_id = d.id"
                        + " where w.device_id = :device and w.version = :version")
                .bind("device", report.device().value())
                .bind("version", report.desiredVersion())
                .map(rows)
                .findOne()
                .ifPresent(current -> follow(handle, current, report.moves(current.state()), now));
    }

    private void settle(Handle handle, Deployment tried, Trial reported, Instant now) {
        Trial trial = reported.withLatenciesOf(tried.trial());
        DeploymentState next = tried.state().after(trial);
        if (tried.state() instanceof DeploymentState.Serving && next instanceof DeploymentState.Refused) {
            JdbcHistory.add(handle, tried.device(), now, "refused", givenUp(tried, trial));
        }
        if (next instanceof DeploymentState.Serving) {
            handle.createUpdate("update deployment set state = 'superseded', changed_at = :now"
                            + " where device_id = :device and state = 'serving'")
                    .bind("device", tried.device().value())
                    .bind("now", now)
                    .execute();
        }
        handle.createUpdate("update deployment set state = :state, trial = cast(:trial as jsonb), changed_at = :now"
                        + " where id = :id")
                .bind("id", tried.id())
                .bind("state", next.label())
                .bind("trial", rows.write(trial))
                .bind("now", now)
                .execute();
    }

    private static String givenUp(Deployment served, Trial trial) {
        String model = served.request().dense()
                ? "the unpruned model"
                : "variant " + served.variant().hex().substring(0, 12);
        String why = trial.outcome().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return "Serves " + model + " no more (" + why + "): " + trial.detail();
    }

    private static void follow(Handle handle, Deployment current, DeploymentState next, Instant now) {
        if (!next.label().equals(current.state().label())) {
            handle.createUpdate("update deployment set state = :state, changed_at = :now where id = :id")
                    .bind("id", current.id())
                    .bind("state", next.label())
                    .bind("now", now)
                    .execute();
        }
    }

    /**
     * A birth always counts. A last will counts only against the birth of its own session, so the broker's late news
     * of an old connection does not put a device offline that has connected again.
     *
     * @return whether the device came or went
     */
    boolean presence(DeviceId device, String session, boolean online) {
        return jdbi.inTransaction(handle -> {
            @Nullable
            Boolean before = handle.createQuery(
                            "select online from device_presence where device_id = :device for update")
                    .bind("device", device.value())
                    .mapTo(Boolean.class)
                    .findOne()
                    .orElse(null);
            int rowsChanged = online ? birth(handle, device, session) : will(handle, device, session);
            return rowsChanged > 0 && (before == null || before != online);
        });
    }

    private int birth(Handle handle, DeviceId device, String session) {
        return handle.createUpdate("insert into device_presence (device_id, session_id, online, at)"
                        + " select :device, :session, true, :now where exists (select 1 from device where id = :device)"
                        + " on conflict (device_id) do update set session_id = excluded.session_id, online = true,"
                        + " at = excluded.at")
                .bind("device", device.value())
                .bind("session", session)
                .bind("now", clock.instant())
                .execute();
    }

    private int will(Handle handle, DeviceId device, String session) {
        return handle.createUpdate("update device_presence set online = false, at = :now"
                        + " where device_id = :device and session_id = :session and online")
                .bind("device", device.value())
                .bind("session", session)
                .bind("now", clock.instant())
                .execute();
    }

    private static @Nullable String hex(@Nullable Sha256 digest) {
        return digest == null ? null : digest.hex();
    }
}
