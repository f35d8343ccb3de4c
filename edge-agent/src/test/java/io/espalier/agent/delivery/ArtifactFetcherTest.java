package io.espalier.agent.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.agent.link.SecureContext;
import io.espalier.agent.toys.ToyArtifact;
import io.espalier.agent.toys.ToyArtifactServer;
import io.espalier.agent.toys.ToyModels;
import io.espalier.agent.toys.ToyTrust;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Topics;
import io.espalier.trust.Rejection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactFetcherTest {
    private static final Topics TOPICS = new Topics("default");

    @TempDir
    Path folder;

    @TempDir
    Path trustFolder;

    private final ToyArtifact artifact = ToyArtifact.model(1, 16);
    private final FakeTopics broker = FakeTopics.holding(TOPICS, artifact);
    private final List<Integer> asked = new ArrayList<>();
    private long freeBytes = Long.MAX_VALUE;
    private ToyArtifactServer http;

    @BeforeEach
    void startHttp() throws IOException {
        http = ToyArtifactServer.start();
    }

    @AfterEach
    void stopHttp() {
        http.close();
    }

    @Test
    void bringsEveryFileThroughABoundedWindow() throws Exception {
        List<Double> progress = new ArrayList<>();

        FetchResult result = fetcher(broker).fetch(artifact.digest(), 0, () -> true, progress::add);

        fetchedModelIsWhole(result);
        assertThat(artifact.chunks().size()).isGreaterThan(PartDownload.WINDOW);
        assertThat(broker.mostOpen)
                .as("the window, and the one that is being written")
                .isEqualTo(PartDownload.WINDOW + 1);
        assertThat(broker.acknowledged).isEqualTo(artifact.chunks().size() + 1);
        assertThat(progress).isSorted().endsWith(1.0).hasSameSizeAs(artifact.chunks());
        assertThat(asked).isEmpty();
        assertThat(http.requests()).isEmpty();
    }

    @Test
    void fetchesOnlyWhatIsMissingAfterARestart() throws Exception {
        broker.retained.remove(chunk(2));
        broker.retained.remove(chunk(5));
        assertThat(fetch()).isInstanceOf(FetchResult.Unreachable.class);

        FakeTopics again = FakeTopics.holding(TOPICS, artifact);
        FetchResult result = fetcher(again).fetch(artifact.digest(), 0, () -> true, fraction -> {});

        fetchedModelIsWhole(result);
        assertThat(again.subscriptions.keySet()).contains(chunk(2), chunk(5));
        assertThat(again.subscriptions).hasSizeLessThanOrEqualTo(2 + PartDownload.WINDOW);
        assertThat(again.subscriptions).doesNotContainKey(TOPICS.manifest(artifact.digest()));
    }

    @Test
    void doesNotBelieveADamagedStagingFile() throws Exception {
        fetch();
        Path content = folder.resolve(artifact.digest().hex()).resolve("content");
        byte[] bytes = Files.readAllBytes(content);
        bytes[20] ^= 1;
        Files.write(content, bytes);
        FakeTopics again = FakeTopics.holding(TOPICS, artifact);

        fetchedModelIsWhole(fetcher(again).fetch(artifact.digest(), 0, () -> true, fraction -> {}));

        assertThat(again.subscriptions.keySet()).containsExactly(chunk(1));
    }

    @Test
    void asksForAChunkThatStaysSilentAndTakesItWhenPublishedAgain() throws Exception {
        byte[] late = artifact.chunks().get(3);
        broker.retained.remove(chunk(3));

        FetchResult result = new ArtifactFetcher(
                        folder,
                        TOPICS,
                        broker::connection,
                        (digest, chunk) -> broker.publish(chunk(chunk), late),
                        new ArtifactHttp(http.url(), SecureContext.NONE),
                        () -> new Silence(Patience.USUAL, broker::nanoTime),
                        any -> freeBytes,
                        judge())
                .fetch(artifact.digest(), 0, () -> true, fraction -> {});

        fetchedModelIsWhole(result);
        assertThat(broker.subscriptions.get(chunk(3))).isEqualTo(2);
        assertThat(http.requests()).isEmpty();
    }

    @Test
    void asksOnceForPartsThatTakeTheirTimeOneAfterTheOther() throws Exception {
        broker.nanosPerArrival = Patience.USUAL.subscribed().toNanos() - 1;

        fetchedModelIsWhole(fetch());

        assertThat(broker.subscriptions.values()).containsOnly(1);
    }

    @Test
    void learnsThatALineIsSlowAndAsksForNoMoreThanAWindowTwice() throws Exception {
        broker.nanosPerArrival = 2 * Patience.USUAL.subscribed().toNanos();

        fetchedModelIsWhole(fetch());

        assertThat(broker.subscriptions.values().stream().filter(times -> times > 1))
                .hasSizeLessThanOrEqualTo(1 + PartDownload.WINDOW)
                .containsOnly(2);
        assertThat(asked).isEmpty();
        assertThat(http.requests()).isEmpty();
    }

    @Test
    void fallsBackOnHttpForWhatNeverComes() throws Exception {
        broker.retained.remove(chunk(3));
        http.hold(artifact);

        fetchedModelIsWhole(fetch());

        assertThat(asked).containsExactly(3);
        assertThat(http.requests()).containsExactly("/api/v1/artifacts/" + artifact.digest() + "/chunks/3");
    }

    @Test
    void takesTheRestFromTheBrokerAgainWhenTheConnectionBreaks() throws Exception {
        http.hold(artifact);
        broker.arrivalsPerConnection = artifact.chunks().size() - 3;
        broker.nanosPerArrival = 1;
        List<Double> progress = new ArrayList<>();

        FetchResult result = fetcher(broker)
                .fetch(
                        artifact.digest(),
                        0,
                        () -> {
                            if (broker.connected) {
                                broker.awayUntilNanos = broker.nanoTime()
                                        + Duration.ofSeconds(10).toNanos();
                            }
                            return true;
                        },
                        progress::add);

        fetchedModelIsWhole(result);
        assertThat(broker.connections).isEqualTo(2);
        assertThat(http.requests()).isEmpty();
        assertThat(progress).as("nothing comes twice").hasSameSizeAs(artifact.chunks());
        assertThat(broker.subscriptions.values().stream().filter(times -> times > 1))
                .as("what was on its way")
                .hasSizeLessThanOrEqualTo(PartDownload.WINDOW);
    }

    @Test
    void takesEverythingFromABrokerWhoseConnectionsNeverLastLong() throws Exception {
        http.hold(artifact);

        broker.arrivalsPerConnection = 1;

        fetchedModelIsWhole(fetch());

        assertThat(broker.connections).isGreaterThan(artifact.chunks().size());
        assertThat(http.requests()).isEmpty();
    }

    @Test
    void takesEverythingOverHttpOnceABrokerIsAwayForLong() throws Exception {
        http.hold(artifact);
        broker.awayUntilNanos = Long.MAX_VALUE;

        fetchedModelIsWhole(fetch());

        assertThat(http.requests()).hasSize(artifact.chunks().size() + 1);
        assertThat(Duration.ofNanos(broker.nanoTime()))
                .isBetween(FetchConnection.GIVEN_UP_AFTER, FetchConnection.GIVEN_UP_AFTER.plus(Duration.ofSeconds(8)));
    }

    @Test
    void takesEverythingOverHttpWhereTheBrokerCutsEveryConnection() throws Exception {
        http.hold(artifact);
        broker.arrivalsPerConnection = 0;

        fetchedModelIsWhole(fetch());

        assertThat(broker.connections).isGreaterThan(2);
        assertThat(http.requests()).hasSize(artifact.chunks().size() + 1);
    }

    @Test
    void returnsToABrokerThatComesBackLate() throws Exception {
        http.hold(artifact);
        broker.awayUntilNanos = Duration.ofSeconds(40).toNanos();

        FetchResult result = fetcher(broker)
                .fetch(
                        artifact.digest(),
                        0,
                        () -> {
                            if (http.requests().size() > 2) {
                                broker.pass(Duration.ofSeconds(8));
                            }
                            return true;
                        },
                        fraction -> {});

        fetchedModelIsWhole(result);
        assertThat(http.requests()).hasSizeBetween(2, 8);
        assertThat(broker.connections).isEqualTo(1);
    }

    @Test
    void stopsWaitingForABrokerWhenNobodyWantsItAnyMore() throws Exception {
        broker.awayUntilNanos = Long.MAX_VALUE;

        FetchResult result =
                fetcher(broker).fetch(artifact.digest(), 0, () -> broker.nanoTime() < 1_000_000_000, fraction -> {});

        assertThat(result).isInstanceOf(FetchResult.Abandoned.class);
    }

    @Test
    void ignoresDuplicatesAndEmptyPayloads() throws Exception {
        broker.deliversTwice = true;
        broker.retained.put(chunk(4), new byte[0]);
        http.hold(artifact);

        fetchedModelIsWhole(fetch());
    }

    @Test
    void refusesContentThatIsWrongOnEveryPath() throws Exception {
        byte[] wrong = Arrays.copyOf(artifact.chunks().get(1), 16);
        wrong[0] ^= 1;
        broker.retained.put(chunk(1), wrong);
        http.put(artifact, "chunks/1", wrong);

        FetchResult result = fetch();

        assertThat(result)
                .isInstanceOfSatisfying(
                        FetchResult.Corrupt.class,
                        corrupt -> assertThat(corrupt.why())
                                .contains("chunk 1", artifact.digest().hex()));
    }

    @Test
    void refusesEndlessData() throws Exception {
        broker.retained.remove(chunk(1));
        http.put(artifact, "chunks/1", new byte[1 << 16]);

        assertThat(fetch()).isInstanceOf(FetchResult.Unreachable.class);
    }

    @Test
    void refusesAManifestOfAnotherArtifact() throws Exception {
        ToyArtifact other = ToyArtifact.model(2, 16);
        broker.retained.put(TOPICS.manifest(artifact.digest()), other.release());
        http.put(artifact, "manifest", other.release());

        assertThat(fetch())
                .isInstanceOfSatisfying(
                        FetchResult.Untrusted.class,
                        untrusted -> assertThat(untrusted.rejection().reason()).isEqualTo(Rejection.Reason.MIXED));
        assertThat(broker.subscriptions).hasSize(1);
    }

    @Test
    void stopsWhenNobodyWantsItAnyMore() throws Exception {
        broker.retained.clear();

        assertThat(fetcher(broker).fetch(artifact.digest(), 0, () -> false, fraction -> {}))
                .isInstanceOf(FetchResult.Abandoned.class);
    }

    @Test
    void saysHowMuchSpaceItLacksBeforeItFetches() throws Exception {
        freeBytes = 1_000;

        FetchResult result = fetch();

        assertThat(result)
                .isInstanceOfSatisfying(
                        FetchResult.NoSpace.class,
                        noSpace -> assertThat(noSpace.why()).contains("1000 are free"));
        assertThat(broker.subscriptions).hasSize(1);
    }

    @Test
    void forgetsWhatIsNotNeeded() throws Exception {
        fetch();

        fetcher(broker).keepOnly(Set.of());

        assertThat(folder).isEmptyDirectory();
    }

    private FetchResult fetch() throws InterruptedException {
        return fetcher(broker).fetch(artifact.digest(), 0, () -> true, fraction -> {});
    }

    private ArtifactFetcher fetcher(FakeTopics from) {
        return new ArtifactFetcher(
                folder,
                TOPICS,
                from::connection,
                (digest, chunk) -> asked.add(chunk),
                new ArtifactHttp(http.url(), SecureContext.NONE),
                () -> new Silence(Patience.USUAL, from::nanoTime),
                any -> freeBytes,
                judge());
    }

    private ReleaseJudge judge() {
        try {
            return ToyTrust.of(trustFolder.resolve("trust.pb"), new DeviceId("d"), Clock.systemUTC())::accept;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String chunk(int index) {
        return TOPICS.chunk(artifact.digest(), index);
    }

    private void fetchedModelIsWhole(FetchResult result) throws Exception {
        assertThat(result).isInstanceOf(FetchResult.Fetched.class);
        FetchedArtifact fetched = ((FetchResult.Fetched) result).artifact();
        Path model = folder.resolve("extracted.onnx");
        fetched.extract("model.onnx", model);
        assertThat(model).hasBinaryContent(ToyModels.columnSums());
        Files.delete(model);
    }
}
