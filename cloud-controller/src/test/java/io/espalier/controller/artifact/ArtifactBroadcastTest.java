package io.espalier.controller.artifact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.proto.Sha256;
import io.espalier.proto.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactBroadcastTest {
    private static final int CHUNK_SIZE_BYTES = 4;
    private static final Topics TOPICS = new Topics("default");

    @TempDir
    Path folder;

    private final FakeLink link = new FakeLink();
    private Sha256 artifact;
    private Sha256 large;
    private ArtifactBroadcast broadcast;

    @BeforeEach
    void store() throws IOException {
        ArtifactStore store =
                new ArtifactStore(folder.resolve("artifacts"), CHUNK_SIZE_BYTES, manifest -> CHUNK_SIZE_BYTES);
        artifact = put(store, "ten bytes!");
        large = put(store, "large content");
        broadcast = new ArtifactBroadcast(
                store,
                released -> Optional.of(text("release")),
                manifest -> new String(manifest, UTF_8).contains("large"),
                link,
                TOPICS);
    }

    @Test
    void retainsEachChunkOnceAndTheReleaseLast() {
        broadcast.publish(artifact);

        assertThat(link.topics).containsExactly(chunk(0), chunk(1), chunk(2), TOPICS.manifest(artifact));
        assertThat(link.retained)
                .containsEntry(chunk(0), "ten ")
                .containsEntry(chunk(2), "s!")
                .containsEntry(TOPICS.manifest(artifact), "release");
    }

    @Test
    void sendsAgainWhatIsMissedAndLeavesOutWhatIsNotThere() {
        broadcast.publish(artifact, List.of(1, 7, -1));

        assertThat(link.topics).containsExactly(chunk(1));
    }

    @Test
    void takesTheReleaseAwayBeforeTheChunks() {
        broadcast.publish(artifact);
        link.topics.clear();

        broadcast.withdraw(artifact);

        assertThat(link.topics).containsExactly(TOPICS.manifest(artifact), chunk(0), chunk(1), chunk(2));
        assertThat(link.retained).isEmpty();
    }

    @Test
    void doesNotReleaseWhatTheBrokerDidNotTake() {
        link.refuses = chunk(1);

        assertThatThrownBy(() -> broadcast.publish(artifact)).isInstanceOf(CompletionException.class);

        assertThat(link.topics).doesNotContain(TOPICS.manifest(artifact));
    }

    @Test
    void neverPutsAChunkOfLargeContentOnTheBroker() {
        broadcast.publish(large);
        broadcast.publish(large, List.of(0, 1));
        assertThat(link.topics).containsExactly(TOPICS.manifest(large));

        broadcast.withdraw(large);

        assertThat(link.topics).containsExactly(TOPICS.manifest(large), TOPICS.manifest(large));
        assertThat(link.retained).isEmpty();
    }

    private String chunk(int index) {
        return TOPICS.chunk(artifact, index);
    }

    private Sha256 put(ArtifactStore store, String content) throws IOException {
        return store.put(
                List.of(new ArtifactPart("file", Files.writeString(folder.resolve("file"), content))),
                packed -> text("manifest of " + content));
    }

    private static byte[] text(String text) {
        return text.getBytes(UTF_8);
    }
}
