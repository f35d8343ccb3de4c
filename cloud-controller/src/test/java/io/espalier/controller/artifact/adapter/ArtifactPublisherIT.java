package io.espalier.controller.artifact.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.controller.Eventually;
import io.espalier.controller.Servers;
import io.espalier.controller.artifact.Artifacts;
import io.espalier.controller.mqtt.MqttLink;
import io.espalier.controller.mqtt.MqttMessage;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import io.espalier.proto.Topics;
import io.espalier.proto.Topics.DeviceChannel;
import io.espalier.proto.v1.Need;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is on the broker when the turn of a task comes after the artifact's standing has changed. */
@QuarkusTest
@WithTestResource(Servers.class)
@SuppressWarnings("NullAway.Init") // Quarkus fills the fields.
class ArtifactPublisherIT {
    private static final Topics TOPICS = new Topics("default");

    @Inject
    Artifacts artifacts;

    @Inject
    ArtifactPublisher publisher;

    @Inject
    Releases releases;

    @Inject
    MqttLink link;

    @Inject
    Jdbi jdbi;

    @Inject
    @ConfigProperty(name = "espalier.data.dir")
    Path dataFolder;

    @TempDir
    Path folder;

    @Test
    void leavesThereWhatIsWantedAgain() throws Exception {
        Sha256 artifact = artifact();

        publisher.withdraw(artifact);

        artifact(); // One thread publishes: once this one is there, what came before is done.
        assertThat(isThere(artifact)).isTrue();
    }

    @Test
    void takesOffWhatIsNotWantedAndNeverBringsItBack() throws Exception {
        Sha256 artifact = artifact();
        jdbi.useHandle(handle -> handle.execute("update artifact set wanted = false where digest = ?", artifact.hex()));

        publisher.withdraw(artifact);
        artifact();
        assertThat(isThere(artifact)).isFalse();

        publisher.publish(artifact);
        artifact();
        assertThat(isThere(artifact)).isFalse();
    }

    @Test
    void doesNotBringBackTheReleaseOfWhatWasTakenOff() throws Exception {
        Sha256 artifact = artifact();
        jdbi.useHandle(handle -> handle.execute("update artifact set wanted = false where digest = ?", artifact.hex()));

        publisher.withdraw(artifact);
        publisher.publishRelease(artifact); // Ordered before, and tried again after: the broker was away.

        artifact();
        assertThat(isThere(artifact)).isFalse();
    }

    @Test
    void takesOffAfterAStartWhatAKillLeftThere() throws Exception {
        Sha256 artifact = artifact();
        jdbi.useHandle(handle -> handle.execute("update artifact set wanted = false where digest = ?", artifact.hex()));

        publisher.afterConnect();

        Eventually.holds(() -> assertThat(isThere(artifact)).isFalse());
        Eventually.holds(() -> assertThat(leftToWithdraw(artifact)).isFalse());
    }

    @Test
    void doesNotWithdrawWhatIsPublishedAgain() throws Exception {
        Sha256 artifact = artifact();
        jdbi.useHandle(handle -> handle.execute("update artifact set wanted = false where digest = ?", artifact.hex()));
        publisher.withdraw(artifact);
        Eventually.holds(() -> assertThat(leftToWithdraw(artifact)).isFalse());

        artifacts.want(artifact);
        Eventually.holds(() -> assertThat(isThere(artifact)).isTrue());
        jdbi.useHandle(handle -> handle.execute("update artifact set wanted = false where digest = ?", artifact.hex()));

        assertThat(leftToWithdraw(artifact)).isTrue();
    }

    @Test
    void sendsOnceWhatIsAskedForAgainAndAgain() throws Exception {
        Sha256 artifact = artifact();
        Sha256 afterwards = artifact();
        BlockingQueue<String> came = new LinkedBlockingQueue<>();
        for (Sha256 each : List.of(artifact, afterwards)) {
            link.subscribe(TOPICS.chunk(each, 0), message -> came.add(message.topic()));
            // What is retained comes with the subscription.
            assertThat(came.poll(20, TimeUnit.SECONDS)).isEqualTo(TOPICS.chunk(each, 0));
        }

        for (int i = 0; i < 50; i++) {
            need(artifact);
        }
        need(afterwards);

        assertThat(came.poll(20, TimeUnit.SECONDS)).isEqualTo(TOPICS.chunk(artifact, 0));
        assertThat(came.poll(20, TimeUnit.SECONDS)).isEqualTo(TOPICS.chunk(afterwards, 0));
    }

    @Test
    void passesOverANeedOfWhatCannotBeRead() throws Exception {
        Sha256 artifact = artifact();
        Path manifest = manifest(artifact);
        byte[] whole = Files.readAllBytes(manifest);
        try {
            for (byte[] damaged : List.of(new byte[0], new byte[] {1, 2, 3})) {
                Files.write(manifest, damaged);
                assertThatCode(() -> publisher.need(missing(artifact))).doesNotThrowAnyException();
            }
            Files.delete(manifest);
            Files.createDirectory(manifest); // To read it is an I/O error.
            assertThatCode(() -> publisher.need(missing(artifact))).doesNotThrowAnyException();
        } finally {
            Files.deleteIfExists(manifest);
            Files.write(manifest, whole);
        }
    }

    @Test
    void sendsOtherPartsWhereOneReleaseCannotBeSigned() throws Exception {
        Sha256 broken = artifact();
        Sha256 fine = artifact();
        BlockingQueue<String> came = new LinkedBlockingQueue<>();
        link.subscribe(TOPICS.chunk(fine, 0), message -> came.add(message.topic()));
        assertThat(came.poll(20, TimeUnit.SECONDS)).isEqualTo(TOPICS.chunk(fine, 0)); // The retained one.
        letRenew(broken);
        byte[] manifest = Files.readAllBytes(manifest(broken));
        Files.delete(manifest(broken));
        try {
            publisher.need(missing(broken));
            publisher.need(missing(fine));

            assertThat(came.poll(20, TimeUnit.SECONDS)).isEqualTo(TOPICS.chunk(fine, 0));
        } finally {
            Files.write(manifest(broken), manifest);
        }
    }

    @Test
    void renewsTheOthersWhereOneReleaseCannotBeSigned() throws Exception {
        Sha256 before = artifact();
        Sha256 broken = artifact();
        Sha256 behind = artifact();
        letRenew(before);
        letRenew(broken);
        letRenew(behind);
        byte[] manifest = Files.readAllBytes(manifest(broken));
        Files.delete(manifest(broken));
        try {
            assertThatThrownBy(() -> releases.envelope(broken))
                    .hasMessageContaining("manifest of artifact " + broken + " is not on disk");

            publisher.renew();

            Eventually.holds(() ->
                    assertThat(List.of(isRenewed(before), isRenewed(behind))).containsOnly(true));
            artifact();
            assertThat(isRenewed(broken)).isFalse();
        } finally {
            Files.write(manifest(broken), manifest);
        }
    }

    /** As if it had been signed under a root of before. */
    private void letRenew(Sha256 artifact) {
        jdbi.useHandle(handle ->
                handle.execute("update artifact_release set root_version = 0 where digest = ?", artifact.hex()));
    }

    private boolean isRenewed(Sha256 artifact) {
        return jdbi.withHandle(
                handle -> handle.createQuery("select root_version > 0 from artifact_release where digest = :digest")
                        .bind("digest", artifact.hex())
                        .mapTo(Boolean.class)
                        .one());
    }

    private Path manifest(Sha256 artifact) {
        return dataFolder.resolve("artifacts").resolve(artifact.hex()).resolve("manifest.pb");
    }

    /** A device says that it has neither the first chunk nor the release. */
    private static MqttMessage missing(Sha256 artifact) {
        return new MqttMessage(
                TOPICS.device(new DeviceId("needy"), DeviceChannel.NEED),
                need("needy", artifact).setManifest(true).build().toByteArray());
    }

    private void need(Sha256 artifact) {
        link.publish(
                        TOPICS.device(new DeviceId("greedy"), DeviceChannel.NEED),
                        need("greedy", artifact).build().toByteArray(),
                        false)
                .join();
    }

    private static Need.Builder need(String device, Sha256 artifact) {
        return Need.newBuilder()
                .setDeviceId(device)
                .setArtifactDigest(artifact.hex())
                .addChunks(0);
    }

    private boolean leftToWithdraw(Sha256 artifact) {
        return jdbi.withHandle(
                handle -> handle.createQuery("select not wanted and not withdrawn from artifact where digest = :digest")
                        .bind("digest", artifact.hex())
                        .mapTo(Boolean.class)
                        .one());
    }

    /** A new one, which is on the broker. */
    private Sha256 artifact() throws Exception {
        Sha256 stored = artifacts.putProbeSuite(Files.writeString(
                folder.resolve(UUID.randomUUID().toString()), UUID.randomUUID().toString()));
        Eventually.holds(() -> assertThat(isThere(stored)).isTrue());
        return stored;
    }

    private boolean isThere(Sha256 artifact) {
        try {
            return !link.retainedAmong(Set.of(TOPICS.manifest(artifact)), Duration.ofSeconds(1))
                    .isEmpty();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
