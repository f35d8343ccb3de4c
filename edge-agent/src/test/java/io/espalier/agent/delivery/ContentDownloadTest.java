package io.espalier.agent.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.agent.link.Pace;
import io.espalier.agent.link.SecureContext;
import io.espalier.agent.toys.ToyArtifact;
import io.espalier.agent.toys.ToyArtifactServer;
import io.espalier.agent.toys.ToyTrust;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Contents that the manifest keeps off the broker. */
class ContentDownloadTest {
    private static final Topics TOPICS = new Topics("default");
    private static final int CHUNK_BYTES = 16;

    @TempDir
    Path folder;

    @TempDir
    Path trustFolder;

    private ToyArtifact artifact;
    private FakeTopics broker;
    private ToyArtifactServer http;

    @BeforeEach
    void start() throws IOException {
        artifact = ToyArtifact.model(1, CHUNK_BYTES).overHttp();
        broker = new FakeTopics();
        broker.retained.put(TOPICS.manifest(artifact.digest()), artifact.release());
        http = ToyArtifactServer.start().holdContent(artifact);
    }

    @AfterEach
    void stop() {
        http.close();
    }

    @Test
    void comeOverHttpFromTheStartInOneRequest() throws Exception {
        List<Double> progress = new ArrayList<>();

        FetchResult result = fetcher().fetch(artifact.digest(), 0, () -> true, progress::add);

        isWhole(result);
        assertThat(broker.subscriptions).containsOnlyKeys(TOPICS.manifest(artifact.digest()));
        assertThat(http.ranges()).containsExactly("bytes=0-" + (artifact.content().length - 1));
        assertThat(progress).isSorted().endsWith(1.0).hasSameSizeAs(artifact.chunks());
    }

    @Test
    void goOnBehindTheLastWholeChunkAfterABreak() throws Exception {
        http.cutRangesAfter(5 * CHUNK_BYTES + 3);

        assertThat(fetch()).isInstanceOf(FetchResult.Unreachable.class);
        http.cutRangesAfter(Integer.MAX_VALUE);

        isWhole(fetch());
        assertThat(http.ranges())
                .element(1)
                .isEqualTo("bytes=" + 5 * CHUNK_BYTES + "-" + (artifact.content().length - 1));
    }

    @Test
    void areAskedForAgainOnlyWhereTheyAreDamaged() throws Exception {
        isWhole(fetch());
        Path content = folder.resolve(artifact.digest().hex()).resolve("content");
        byte[] bytes = Files.readAllBytes(content);
        bytes[2 * CHUNK_BYTES] ^= 1;
        bytes[3 * CHUNK_BYTES] ^= 1;
        bytes[bytes.length - 1] ^= 1;
        Files.write(content, bytes, StandardOpenOption.WRITE);

        isWhole(fetch());

        int last = (artifact.chunks().size() - 1) * CHUNK_BYTES;
        assertThat(http.ranges())
                .hasSize(3)
                .contains(
                        "bytes=" + 2 * CHUNK_BYTES + "-" + (4 * CHUNK_BYTES - 1),
                        "bytes=" + last + "-" + (bytes.length - 1));
    }

    @Test
    void areRefusedWithTheFirstWrongChunk() throws Exception {
        byte[] wrong = artifact.content();
        wrong[3 * CHUNK_BYTES + 1] ^= 1;
        http.put(artifact, "content", wrong);

        assertThat(fetch())
                .isInstanceOfSatisfying(
                        FetchResult.Corrupt.class,
                        corrupt -> assertThat(corrupt.why())
                                .contains("chunk 3 ", artifact.digest().hex()));
    }

    @Test
    void endWhenNobodyWantsThemAnyMore() throws Exception {
        List<Double> progress = new ArrayList<>();

        FetchResult result = fetcher().fetch(artifact.digest(), 0, () -> progress.size() < 2, progress::add);

        assertThat(result).isInstanceOf(FetchResult.Abandoned.class);
        assertThat(progress).hasSize(2);
    }

    @Test
    void areUnreachableWithAServerThatKnowsNoRanges() throws Exception {
        http.close();
        http = ToyArtifactServer.start();

        assertThat(fetch())
                .isInstanceOfSatisfying(
                        FetchResult.Unreachable.class,
                        unreachable -> assertThat(unreachable.why()).contains("HTTP 404"));
    }

    private void isWhole(FetchResult result) {
        assertThat(result)
                .isInstanceOfSatisfying(
                        FetchResult.Fetched.class,
                        fetched -> assertThat(fetched.artifact().content()).hasBinaryContent(artifact.content()));
    }

    private FetchResult fetch() throws Exception {
        return fetcher().fetch(artifact.digest(), 0, () -> true, fraction -> {});
    }

    private ArtifactFetcher fetcher() throws IOException {
        return new ArtifactFetcher(
                folder,
                TOPICS,
                broker::connection,
                (digest, chunk) -> {},
                new ArtifactHttp(http.url(), SecureContext.NONE, new Pace(Duration.ofSeconds(10), 1)),
                () -> new Silence(Patience.USUAL, System::nanoTime),
                any -> Long.MAX_VALUE,
                ToyTrust.of(trustFolder.resolve("trust.pb"), new DeviceId("d"), Clock.systemUTC())::accept);
    }
}
