package io.espalier.controller.artifact.adapter;

import com.google.protobuf.InvalidProtocolBufferException;
import io.espalier.controller.artifact.ArtifactBroadcast;
import io.espalier.controller.artifact.ArtifactStore;
import io.espalier.controller.database.StorableText;
import io.espalier.controller.mqtt.MqttLink;
import io.espalier.controller.mqtt.MqttMessage;
import io.espalier.controller.signing.Notary;
import io.espalier.proto.Sha256;
import io.espalier.proto.Topics;
import io.espalier.proto.Topics.DeviceChannel;
import io.espalier.proto.v1.Need;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * Sees to it that the broker holds the artifacts that devices need. What a broker has lost is sent again after the next
 * connect, and what a device misses when it says so.
 */
@Singleton
final class ArtifactPublisher {
    private static final Logger LOG = Logger.getLogger(ArtifactPublisher.class);
    private static final Duration SILENCE = Duration.ofSeconds(2);
    private static final int RETRY_PAUSE_SECONDS = 2;
    private static final int RENEWAL_HOURS = 6;
    private static final int MOST_WAITING = 4096;
    private static final int MOST_CHUNKS_PER_NEED = 4096;

    private final ArtifactBroadcast broadcast;
    private final Releases releases;
    private final Notary notary;
    private final MqttLink link;
    private final Jdbi jdbi;
    private final Topics topics;
    private final ScheduledThreadPoolExecutor sender = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "artifact-publisher");
        thread.setDaemon(true);
        return thread;
    });

    /** Said once, however often it is met; of the sender's thread only. */
    private String lastComplaint = "";

    ArtifactPublisher(
            ArtifactStore store,
            Releases releases,
            Notary notary,
            MqttLink link,
            Jdbi jdbi,
            @ConfigProperty(name = "espalier.tenant") String tenant) {
        this.releases = releases;
        this.notary = notary;
        this.link = link;
        this.jdbi = jdbi;
        this.topics = new Topics(tenant);
        this.broadcast = new ArtifactBroadcast(store, releases::envelope, ManifestCodec::goesOverHttp, link, topics);
    }

    void start(@Observes StartupEvent event) {
        link.subscribe(topics.everyDevice(DeviceChannel.NEED), this::need);
        link.onConnected("artifacts-after-connect", this::publishWhatIsMissing);
        notary.onNewRoot(() -> run(this::renew));
        sender.scheduleWithFixedDelay(() -> run(this::renew), RENEWAL_HOURS, RENEWAL_HOURS, TimeUnit.HOURS);
    }

    void stop(@Observes ShutdownEvent event) {
        sender.shutdownNow();
    }

    void publish(Sha256 artifact) {
        runWhileWanted(artifact, () -> broadcast.publish(artifact));
    }

    /** The signed release alone: the chunks are there already. */
    void publishRelease(Sha256 artifact) {
        run(() -> broadcast.publishRelease(artifact));
    }

    private void renew() {
        releases.due().forEach(broadcast::publishRelease);
    }

    void withdraw(Sha256 artifact) {
        run(() -> {
            if (isWanted(artifact)) {
                return; // Wanted again: its publishing waits behind this, or came before this try.
            }
            broadcast.withdraw(artifact);
            LOG.debugf("Took artifact %s off the broker: no device needs it", artifact);
        });
    }

    private void publishWhatIsMissing() {
        List<Sha256> wanted = jdbi.withHandle(
                handle -> handle.createQuery("select digest from artifact where wanted order by created_at")
                        .mapTo(String.class)
                        .map(Sha256::new)
                        .list());
        try {
            Set<String> there =
                    link.retainedAmong(wanted.stream().map(topics::manifest).toList(), SILENCE);
            wanted.stream()
                    .filter(artifact -> !there.contains(topics.manifest(artifact)))
                    .forEach(this::publish);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void need(MqttMessage message) {
        try {
            Need need = Need.parseFrom(message.payload());
            Sha256 artifact = new Sha256(need.getArtifactDigest());
            List<Integer> chunks = need.getChunksList().stream()
                    .limit(MOST_CHUNKS_PER_NEED)
                    .distinct()
                    .toList();
            if (!isWanted(artifact)) {
                return; // Taken off the broker since; nobody would ever take it off again.
            }
            LOG.infof(
                    "Device %s misses parts of artifact %s; publishing them again",
                    topics.deviceOf(message.topic()), artifact);
            runWhileWanted(artifact, () -> {
                broadcast.publish(artifact, chunks);
                if (need.getManifest()) {
                    broadcast.publishRelease(artifact);
                }
            });
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            LOG.warnf(
                    "A message on %s cannot be read: %s",
                    message.topic(), StorableText.line(String.valueOf(e.getMessage())));
        }
    }

    private boolean isWanted(Sha256 artifact) {
        return jdbi.withHandle(
                handle -> handle.createQuery("select exists (select 1 from artifact where digest = :digest and wanted)")
                        .bind("digest", artifact.hex())
                        .mapTo(Boolean.class)
                        .one());
    }

    /** Asked when its turn comes, which may be another try: nobody would take it off the broker again. */
    private void runWhileWanted(Sha256 artifact, Runnable work) {
        run(() -> {
            if (isWanted(artifact)) {
                work.run();
            }
        });
    }

    private void complain(String why) {
        if (!why.equals(lastComplaint)) {
            LOG.warnf(
                    "The broker does not have what it should have of artifacts (%s); trying again every %d s",
                    why, RETRY_PAUSE_SECONDS);
        }
        lastComplaint = why;
    }

    private void run(Runnable work) {
        if (sender.getQueue().size() >= MOST_WAITING) {
            LOG.warn("Too many artifacts wait to be published; devices will ask again for what they miss");
            return;
        }
        try {
            sender.execute(() -> tryOrLater(work));
        } catch (RejectedExecutionException e) {
            LOG.debug("Not published: shutting down");
        }
    }

    private void tryOrLater(Runnable work) {
        try {
            work.run();
            lastComplaint = "";
        } catch (CompletionException | JdbiException e) {
            if (!sender.isShutdown()) {
                complain(String.valueOf(e.getCause() == null ? e : e.getCause()));
                sender.schedule(() -> run(work), RETRY_PAUSE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (RuntimeException e) {
            LOG.errorf(e, "An artifact cannot be published; devices still get it over HTTP");
        }
    }
}
