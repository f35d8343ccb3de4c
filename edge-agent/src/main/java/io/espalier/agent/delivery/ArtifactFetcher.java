package io.espalier.agent.delivery;

import com.google.protobuf.ByteString;
import io.espalier.agent.delivery.FetchResult.Abandoned;
import io.espalier.agent.delivery.FetchResult.Corrupt;
import io.espalier.agent.delivery.FetchResult.Fetched;
import io.espalier.agent.delivery.FetchResult.NoSpace;
import io.espalier.agent.delivery.FetchResult.Released;
import io.espalier.agent.delivery.FetchResult.Unreachable;
import io.espalier.agent.delivery.FetchResult.Untrusted;
import io.espalier.agent.delivery.PartDownload.Taker;
import io.espalier.agent.link.Causes;
import io.espalier.agent.link.MqttAddress;
import io.espalier.agent.state.DiskFull;
import io.espalier.proto.Sha256;
import io.espalier.proto.Topics;
import io.espalier.proto.v1.Manifest;
import io.espalier.proto.v1.Release;
import io.espalier.trust.RejectedException;
import io.espalier.trust.Role;
import io.espalier.trust.Verdict;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Fetches one artifact at a time into the staging folder, resuming from what is there. */
public final class ArtifactFetcher {
    private static final long SPARE_BYTES = 1 << 20;

    private final Path stagingFolder;
    private final Topics topics;
    private final Supplier<FetchConnection> connections;
    private final NeedChannel need;
    private final ArtifactHttp http;
    private final Supplier<Silence> silence;
    private final FreeSpace freeSpace;
    private final ReleaseJudge judge;

    ArtifactFetcher(
            Path stagingFolder,
            Topics topics,
            Supplier<FetchConnection> connections,
            NeedChannel need,
            ArtifactHttp http,
            Supplier<Silence> silence,
            FreeSpace freeSpace,
            ReleaseJudge judge) {
        this.stagingFolder = stagingFolder;
        this.topics = topics;
        this.connections = connections;
        this.need = need;
        this.http = http;
        this.silence = silence;
        this.freeSpace = freeSpace;
        this.judge = judge;
    }

    public static ArtifactFetcher over(
            MqttAddress broker,
            Topics topics,
            URI controller,
            Path stagingFolder,
            NeedChannel need,
            ReleaseJudge judge) {
        return new ArtifactFetcher(
                stagingFolder,
                topics,
                () -> FetchConnection.over(() -> MqttRetainedTopics.connect(broker)),
                need,
                new ArtifactHttp(controller, broker.tls()),
                () -> new Silence(Patience.USUAL, System::nanoTime),
                folder -> Files.getFileStore(folder).getUsableSpace(),
                judge);
    }

    /**
     * Makes one attempt. Nothing is fetched of an artifact before its release is believed.
     *
     * @param leastVersion the release that is meant; 0 where any is
     * @param wanted asked now and then; false ends the attempt
     * @param progress told the fraction that is on disk
     */
    public FetchResult fetch(Sha256 digest, long leastVersion, BooleanSupplier wanted, DoubleConsumer progress)
            throws InterruptedException {
        return attempt(digest, wanted, (staging, download) -> {
            Release release = release(staging, digest, leastVersion, download);
            Manifest manifest =
                    ManifestCheck.parse(digest, release.getManifest().toByteArray());
            Deque<Integer> missing = staging.missingChunks(manifest);
            String shortage = shortage(manifest, missing.size());
            if (!shortage.isEmpty()) {
                return new NoSpace(shortage);
            }
            Taker taker = taker(staging, manifest, missing.size(), progress);
            if (manifest.getContentOverHttp()) {
                new ContentDownload(digest, http, wanted).run(manifest, missing, taker);
            } else {
                download.run(missing, manifest.getChunkSizeBytes(), taker);
            }
            return new Fetched(staging.fetched(manifest));
        });
    }

    /** Makes one attempt at the release alone, for an artifact whose content is here already. */
    public FetchResult fetchRelease(Sha256 digest, long leastVersion, BooleanSupplier wanted)
            throws InterruptedException {
        return attempt(digest, wanted, (staging, download) -> {
            release(staging, digest, leastVersion, download);
            return new Released(staging.release()
                    .map(ByteString::copyFrom)
                    .orElseThrow(() -> new IOException("the staged release of " + digest + " is gone")));
        });
    }

    /** What is done with one fetch connection. */
    @FunctionalInterface
    private interface Work {
        FetchResult with(Staging staging, PartDownload download)
                throws IOException, InterruptedException, CorruptArtifactException, RejectedException,
                        PartDownload.AbandonedException;
    }

    private FetchResult attempt(Sha256 digest, BooleanSupplier wanted, Work work) throws InterruptedException {
        try {
            Staging staging = new Staging(stagingFolder, digest);
            try (FetchConnection connection = connections.get()) {
                return work.with(
                        staging, new PartDownload(digest, topics, connection, need, http, silence.get(), wanted));
            }
        } catch (CorruptArtifactException e) {
            return new Corrupt(e.reason());
        } catch (RejectedException e) {
            return new Untrusted(e.rejection());
        } catch (PartDownload.AbandonedException e) {
            return new Abandoned();
        } catch (IOException e) {
            return failure(e);
        }
    }

    private static FetchResult failure(IOException e) {
        return DiskFull.is(e)
                ? new NoSpace("the disk is full: " + Causes.inShort(e))
                : new Unreachable(Causes.inShort(e));
    }

    /** Forgets every staged artifact but these. */
    public void keepOnly(Set<String> digests) throws IOException {
        Staging.removeExcept(stagingFolder, digests);
    }

    /** The staged release where it is still good; otherwise one that comes. */
    private Release release(Staging staging, Sha256 digest, long leastVersion, PartDownload download)
            throws IOException, InterruptedException, CorruptArtifactException, RejectedException,
                    PartDownload.AbandonedException {
        Optional<byte[]> staged = staging.release();
        if (staged.isPresent()
                && judge.judge(staged.get(), digest, leastVersion) instanceof Verdict.Verified<Release> verified) {
            return verified.value();
        }
        AtomicReference<@Nullable Verdict<Release>> latest = new AtomicReference<>();
        try {
            download.run(new ArrayDeque<>(List.of(Part.MANIFEST)), Role.RELEASE.mostBytes(), (chunk, bytes) -> {
                Verdict<Release> verdict = judge.judge(bytes, digest, leastVersion);
                latest.set(verdict);
                if (verdict instanceof Verdict.Verified<Release>) {
                    staging.keepRelease(bytes);
                    return true;
                }
                return false;
            });
        } catch (CorruptArtifactException | IOException e) {
            // What did come says more than that nothing better did.
            if (!(latest.get() instanceof Verdict.Rejected<Release>)) {
                throw e;
            }
        }
        Verdict<Release> verdict = latest.get();
        if (verdict == null) {
            throw new IllegalStateException("The download of a release ended without one");
        }
        return verdict.orThrow();
    }

    private static Taker taker(Staging staging, Manifest manifest, int missing, DoubleConsumer progress) {
        int all = manifest.getChunkSha256Count();
        int[] left = {missing};
        return (chunk, bytes) -> {
            if (!Staging.matches(manifest, chunk, ByteBuffer.wrap(bytes))) {
                return false;
            }
            staging.write(manifest, chunk, bytes);
            progress.accept((double) (all - --left[0]) / all);
            return true;
        };
    }

    /** What is missing is staged and then unpacked into a slot. */
    private String shortage(Manifest manifest, int missingChunks) throws IOException {
        long needed = (long) missingChunks * manifest.getChunkSizeBytes()
                + ManifestCheck.unpackedBytes(manifest)
                + SPARE_BYTES;
        long usable = freeSpace.usableBytes(stagingFolder);
        return usable >= needed ? "" : "needs " + needed + " bytes on disk, " + usable + " are free";
    }
}
