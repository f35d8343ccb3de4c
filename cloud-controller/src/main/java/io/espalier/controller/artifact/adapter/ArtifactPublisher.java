package io.espalier.controller.artifact.adapter;

import com.google.protobuf.InvalidProtocolBufferException;
import io.espalier.controller.artifact.ArtifactBroadcast;
import io.espalier.controller.artifact.ArtifactStore;
import io.espalier.controller.artifact.MissingParts;
import io.espalier.controller.artifact.MissingParts.Part;
import io.espalier.controller.database.StorableText;
import io.espalier.controller.mqtt.MqttLink;
import io.espalier.controller.mqtt.MqttMessage;
import io.espalier.controller.signing.Notary;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import io.espalier.proto.Topics;
import io.espalier.proto.Topics.DeviceChannel;
import io.espalier.proto.v1.Need;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
    private static final int MOST_CHUNKS_PER_NEED = 4096;
    private static final int MOST_PARTS_AT_ONCE = 16;

    /** About what a signed release of many chunks takes. */
    private static final long RELEASE_BYTES = 16 << 10;

    private final ArtifactStore store;
    private final ArtifactBroadcast broadcast;
    private final MissingParts missing;
    private final UnsendableArtifacts unsendable = new UnsendableArtifacts();
    private final Set<String> waiting = ConcurrentHashMap.newKeySet();
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
            Clock clock,
            @ConfigProperty(name = "espalier.tenant") String tenant) {
        this.store = store;
        this.missing = new MissingParts(clock);
        this.releases = releases;
        this.notary = notary;
        this.link = link;
        this.jdbi = jdbi;
        this.topics = new Topics(tenant);
        this.broadcast = new ArtifactBroadcast(store, releases::envelope, ManifestCodec::goesOverHttp, link, topics);
    }

    void start(@Observes StartupEvent event) {
        link.subscribe(topics.everyDevice(DeviceChannel.NEED), this::need);
        link.onConnected("artifacts-after-connect", this::afterConnect);
        notary.onNewRoot(() -> once("renew", this::renew));
        sender.scheduleWithFixedDelay(() -> once("renew", this::renew), RENEWAL_HOURS, RENEWAL_HOURS, TimeUnit.HOURS);
    }

    void stop(@Observes ShutdownEvent event) {
        sender.shutdownNow();
    }

    void publish(Sha256 artifact) {
        once("publish " + artifact, () -> ifWanted(artifact, broadcast::publish));
    }

    /** The signed release alone: the chunks are there already. */
    void publishRelease(Sha256 artifact) {
        once("release " + artifact, () -> ifWanted(artifact, broadcast::publishRelease));
    }

    /** Asked when its turn comes, which may be another try: nobody would take it off the broker again. */
    private void ifWanted(Sha256 artifact, Consumer<Sha256> work) {
        if (isWanted(artifact)) {
            work.accept(artifact);
        }
    }

    void renew() {
        releases.due().forEach(artifact -> unsendable.apart(artifact, () -> broadcast.publishRelease(artifact)));
    }

    void withdraw(Sha256 artifact) {
        once("withdraw " + artifact, () -> {
            if (isWanted(artifact)) {
                return; // Wanted again: its publishing waits behind this, or came before this try.
            }
            broadcast.withdraw(artifact);
            jdbi.useHandle(handle -> handle.createUpdate(
                            "update artifact set withdrawn = true where digest = :digest and not wanted")
                    .bind("digest", artifact.hex())
                    .execute());
            LOG.debugf("Took artifact %s off the broker: no device needs it", artifact);
        });
    }

    /** Brings the broker to what is wanted: it may have lost something, and the controller may have been killed before a withdrawal. */
    void afterConnect() {
        withdrawWhatIsLeft();
        publishWhatIsMissing();
    }

    private void withdrawWhatIsLeft() {
        jdbi.withHandle(handle -> handle.createQuery("select digest from artifact where not wanted and not withdrawn")
                        .mapTo(String.class)
                        .map(Sha256::new)
                        .list())
                .forEach(this::withdraw);
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

    void need(MqttMessage message) {
        try {
            Need need = Need.parseFrom(message.payload());
            Sha256 artifact = new Sha256(need.getArtifactDigest());
            DeviceId device = topics.deviceOf(message.topic());
            if (!isWanted(artifact)) {
                return; // Taken off the broker since; nobody would ever take it off again.
            }
            int taken = missing.ask(device, readable(artifact, need));
            if (taken > 0) {
                LOG.infof("Device %s misses %d parts of artifact %s; publishing them again", device, taken, artifact);
                sendMissing();
            }
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

    /** None where they cannot be read: what throws is never acknowledged, and the broker waits for few at a time. */
    private List<MissingParts.Asked> readable(Sha256 artifact, Need need) {
        try {
            return parts(artifact, need);
        } catch (RuntimeException e) { // What is damaged fails in many ways.
            unsendable.tell(artifact, e);
            return List.of();
        }
    }

    /** What the artifact does not have, or the broker shall not retain, is left out. */
    private List<MissingParts.Asked> parts(Sha256 artifact, Need need) {
        int chunks = broadcast.retainedChunkCount(artifact);
        long chunkBytes = store.chunkSizeBytes(artifact);
        Stream<MissingParts.Asked> manifest = need.getManifest()
                ? Stream.of(new MissingParts.Asked(Part.release(artifact), RELEASE_BYTES))
                : Stream.of();
        return Stream.concat(
                        need.getChunksList().stream()
                                .limit(MOST_CHUNKS_PER_NEED)
                                .filter(chunk -> chunk >= 0 && chunk < chunks)
                                .map(chunk -> new MissingParts.Asked(new Part(artifact, chunk), chunkBytes)),
                        manifest)
                .toList();
    }

    /** A few at a time, so that what else is to be published or withdrawn comes in between. */
    private void sendMissing() {
        once("missing", () -> {
            List<Part> parts = missing.next(MOST_PARTS_AT_ONCE);
            resend(parts);
            missing.sent(parts);
            if (!missing.isEmpty()) {
                sendMissing();
            }
        });
    }

    private void resend(List<Part> parts) {
        parts.stream()
                .collect(Collectors.groupingBy(Part::artifact, LinkedHashMap::new, Collectors.toList()))
                .forEach((artifact, its) -> unsendable.apart(artifact, () -> resend(artifact, its)));
    }

    private void resend(Sha256 artifact, List<Part> parts) {
        if (!isWanted(artifact)) {
            return;
        }
        broadcast.publish(
                artifact,
                parts.stream()
                        .filter(part -> !part.isRelease())
                        .map(Part::chunk)
                        .toList());
        if (parts.stream().anyMatch(Part::isRelease)) {
            broadcast.publishRelease(artifact);
        }
    }

    private void complain(String why) {
        if (!why.equals(lastComplaint)) {
            LOG.warnf(
                    "The broker does not have what it should have of artifacts (%s); trying again every %d s",
                    why, RETRY_PAUSE_SECONDS);
        }
        lastComplaint = why;
    }

    /** Does nothing where the same waits for its turn already, so that what waits is bounded by what there is. */
    private void once(String name, Runnable work) {
        if (!waiting.add(name)) {
            return;
        }
        try {
            sender.execute(() -> {
                waiting.remove(name); // Before it looks at what is wanted: whoever changes that later is heard.
                tryOrLater(name, work);
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("Not published: shutting down");
        }
    }

    private void tryOrLater(String name, Runnable work) {
        try {
            work.run();
            lastComplaint = "";
        } catch (CompletionException | JdbiException e) {
            if (!sender.isShutdown()) {
                complain(String.valueOf(e.getCause() == null ? e : e.getCause()));
                sender.schedule(() -> once(name, work), RETRY_PAUSE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (RuntimeException e) {
            LOG.errorf(e, "An artifact cannot be published; devices still get it over HTTP");
        }
    }
}
