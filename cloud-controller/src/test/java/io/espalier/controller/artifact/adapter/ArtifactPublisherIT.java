package io.espalier.controller.artifact.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.controller.Eventually;
import io.espalier.controller.Servers;
import io.espalier.controller.artifact.Artifacts;
import io.espalier.controller.mqtt.MqttLink;
import io.espalier.proto.Sha256;
import io.espalier.proto.Topics;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
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
    MqttLink link;

    @Inject
    Jdbi jdbi;

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
