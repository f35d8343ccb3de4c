package io.espalier.controller.deployment.adapter;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.controller.deployment.Deployment;
import io.espalier.controller.deployment.Desired;
import io.espalier.controller.device.DeviceEnrolled;
import io.espalier.controller.mqtt.MqttLink;
import io.espalier.controller.signing.Notary;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import io.espalier.proto.Topics;
import io.espalier.proto.Topics.DeviceChannel;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Sends desired state in signed assignments and renews them. One thread sends what the database holds at that moment, so an older version never follows a
 * newer one; after each connect everything is sent again.
 */
@Singleton
final class DesiredPublisher {
    private static final Logger LOG = Logger.getLogger(DesiredPublisher.class);

    private static final int RETRY_PAUSE_SECONDS = 2;

    private final Jdbi jdbi;
    private final DeploymentRows rows;
    private final MqttLink link;
    private final Topics topics;
    private final SignedAssignments assignments;
    private final Outbox outbox;
    private final ScheduledExecutorService sender = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "desired-publisher");
        thread.setDaemon(true);
        return thread;
    });

    DesiredPublisher(
            Jdbi jdbi,
            ObjectMapper json,
            MqttLink link,
            SignedAssignments assignments,
            Notary notary,
            @ConfigProperty(name = "espalier.tenant") String tenant) {
        this.jdbi = jdbi;
        this.rows = new DeploymentRows(json);
        this.link = link;
        this.topics = new Topics(tenant);
        this.assignments = assignments;
        this.outbox = new Outbox(
                sender,
                task -> sender.schedule(task, RETRY_PAUSE_SECONDS, TimeUnit.SECONDS),
                this::send,
                why -> LOG.warnf("Desired state was not sent (%s); trying again every %d s", why, RETRY_PAUSE_SECONDS));
        link.onConnected("desired-after-connect", this::publishAll);
        notary.onNewRoot(this::publishAll);
        long renewal = assignments.lifetime().dividedBy(3).toMillis();
        sender.scheduleWithFixedDelay(this::renewAll, renewal, renewal, TimeUnit.MILLISECONDS);
    }

    void stop(@Observes ShutdownEvent event) {
        sender.shutdownNow();
    }

    /** A new machine under an old name must not find what the former one was asked for. */
    void enrolled(@Observes DeviceEnrolled event) {
        publish(event.device());
    }

    void publish(DeviceId device) {
        outbox.add(device);
    }

    /** Long before they expire. */
    private void renewAll() {
        try {
            publishAll();
        } catch (RuntimeException e) {
            LOG.warnf("Assignments were not renewed (%s); they are at the next turn", e.getMessage());
        }
    }

    private void publishAll() {
        jdbi.withHandle(handle -> handle.createQuery("select device_id from device_desired where version > 0")
                        .mapTo(String.class)
                        .list())
                .forEach(device -> publish(new DeviceId(device)));
    }

    private void send(DeviceId device) {
        if (isRetired(device)) {
            return; // Nothing is signed for it any more: what it has expires within a day.
        }
        Desired desired = load(device);
        if (desired.version() == 0) {
            return; // Nothing has been desired of it yet.
        }
        link.publish(topics.device(device, DeviceChannel.DESIRED), assignments.sign(desired), true)
                .join();
    }

    private boolean isRetired(DeviceId device) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "select exists (select 1 from device where id = :device and retired_at is not null)")
                .bind("device", device.value())
                .mapTo(Boolean.class)
                .one());
    }

    Desired load(DeviceId device) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "select version, measure, deployment_id, program_digest from device_desired"
                                + " where device_id = :device")
                .bind("device", device.value())
                .map((row, context) -> {
                    List<Sha256> measure = Arrays.stream(JdbcDesiredState.measure(row))
                            .map(Sha256::new)
                            .toList();
                    @Nullable String id = row.getString("deployment_id");
                    @Nullable Deployment deployment = id == null ? null : JdbcDesiredState.deployment(handle, rows, id);
                    @Nullable String program = row.getString("program_digest");
                    return new Desired(
                            device,
                            row.getLong("version"),
                            measure,
                            deployment,
                            program == null ? null : new Sha256(program));
                })
                .findOne()
                .orElseGet(() -> new Desired(device, 0, List.of(), null, null)));
    }
}
