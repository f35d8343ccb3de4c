package io.espalier.agent.delivery;

import io.espalier.agent.delivery.FetchResult.Abandoned;
import io.espalier.agent.delivery.FetchResult.Corrupt;
import io.espalier.agent.delivery.FetchResult.Fetched;
import io.espalier.agent.delivery.FetchResult.NoSpace;
import io.espalier.agent.delivery.FetchResult.Unreachable;
import io.espalier.agent.link.Causes;
import io.espalier.agent.link.MqttAddress;
import io.espalier.proto.Sha256;
import io.espalier.proto.Topics;
import io.espalier.proto.v1.Manifest;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;

/** Fetches one artifact at a time into the staging folder, resuming from what is there. */
public final class ArtifactFetcher {
    private static final long SPARE_BYTES = 1 << 20;

    private final Path stagingFolder;
    private final Topics topics;
    private final RetainedTopics.Opener opener;
    private final NeedChannel need;
    private final ArtifactHttp http;
    private final Patience patience;
    private final FreeSpace freeSpace;

    ArtifactFetcher(
            Path stagingFolder,
            Topics topics,
            RetainedTopics.Opener opener,
            NeedChannel need,
            ArtifactHttp http,
            Patience patience,
            FreeSpace freeSpace) {
        this.stagingFolder = stagingFolder;
        this.topics = topics;
        this.opener = opener;
        this.need = need;
        this.http = http;
        this.patience = patience;
        this.freeSpace = freeSpace;
    }

    public static ArtifactFetcher over(
            MqttAddress broker, Topics topics, URI controller, Path stagingFolder, NeedChannel need) {
        return new ArtifactFetcher(
                stagingFolder,
                topics,
                () -> MqttRetainedTopics.connect(broker),
                need,
                new ArtifactHttp(controller),
                Patience.USUAL,
                folder -> Files.getFileStore(folder).getUsableSpace());
    }

    /**
     * Makes one attempt.
     *
     * @param wanted asked now and then; false ends the attempt
     * @param progress told the fraction that is on disk
     */
    public FetchResult fetch(Sha256 digest, BooleanSupplier wanted, DoubleConsumer progress)
            throws InterruptedException {
        try {
            Staging staging = new Staging(stagingFolder, digest);
            try (RetainedTopics connection = openOrNull()) {
                PartDownload download = new PartDownload(digest, topics, connection, need, http, patience, wanted);
                Manifest manifest = manifest(staging, digest, download);
                Deque<Integer> missing = staging.missingChunks(manifest);
                String shortage = shortage(manifest, missing.size());
                if (!shortage.isEmpty()) {
                    return new NoSpace(shortage);
                }
                chunks(staging, manifest, missing, download, progress);
                return new Fetched(staging.fetched(manifest));
            }
        } catch (CorruptArtifactException e) {
            return new Corrupt(e.reason());
        } catch (PartDownload.AbandonedException e) {
            return new Abandoned();
        } catch (IOException e) {
            return DiskFull.is(e)
                    ? new NoSpace("the disk is full: " + Causes.inShort(e))
                    : new Unreachable(Causes.inShort(e));
        }
    }

    /** Forgets every staged artifact but these. */
    public void keepOnly(Set<String> digests) throws IOException {
        Staging.removeExcept(stagingFolder, digests);
    }

    private @Nullable RetainedTopics openOrNull() {
        try {
            return opener.open();
        } catch (IOException e) {
            return null;
        }
    }

    private static Manifest manifest(Staging staging, Sha256 digest, PartDownload download)
            throws IOException, InterruptedException, CorruptArtifactException, PartDownload.AbandonedException {
        var stored = staging.manifest();
        if (stored.isPresent()) {
            return stored.get();
        }
        download.run(new ArrayDeque<>(List.of(Part.MANIFEST)), ManifestCheck.MOST_MANIFEST_BYTES, (chunk, bytes) -> {
            if (!Sha256.of(bytes).equals(digest)) {
                return false;
            }
            staging.keepManifest(bytes);
            return true;
        });
        return staging.manifest()
                .orElseThrow(() -> new CorruptArtifactException(
                        "manifest " + digest + " has the right digest but is not a manifest this agent accepts"));
    }

    private static void chunks(
            Staging staging, Manifest manifest, Deque<Integer> missing, PartDownload download, DoubleConsumer progress)
            throws IOException, InterruptedException, CorruptArtifactException, PartDownload.AbandonedException {
        int all = manifest.getChunkSha256Count();
        int[] left = {missing.size()};
        download.run(missing, manifest.getChunkSizeBytes(), (chunk, bytes) -> {
            if (!Staging.matches(manifest, chunk, ByteBuffer.wrap(bytes))) {
                return false;
            }
            staging.write(manifest, chunk, bytes);
            progress.accept((double) (all - --left[0]) / all);
            return true;
        });
    }

    /** What is missing is staged and then copied into a slot. */
    private String shortage(Manifest manifest, int missingChunks) throws IOException {
        long needed = (long) missingChunks * manifest.getChunkSizeBytes()
                + ManifestCheck.contentBytes(manifest)
                + SPARE_BYTES;
        long usable = freeSpace.usableBytes(stagingFolder);
        return usable >= needed ? "" : "needs " + needed + " bytes on disk, " + usable + " are free";
    }
}
