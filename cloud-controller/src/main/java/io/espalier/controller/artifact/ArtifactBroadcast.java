package io.espalier.controller.artifact;

import io.espalier.controller.mqtt.MqttLink;
import io.espalier.proto.Sha256;
import io.espalier.proto.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Puts artifacts on the broker as retained messages, each once whatever the number of devices. The manifest, in its signed
 * release, goes last: where it is retained, its chunks are. Of content that goes over HTTP no chunk ever gets there.
 *
 * <p>Each method returns when the broker has taken everything, and throws {@link CompletionException} where it did not.
 */
public final class ArtifactBroadcast {
    private static final byte[] NOTHING = new byte[0];

    private final ArtifactStore store;
    private final Function<Sha256, Optional<byte[]>> releases;
    private final Predicate<byte[]> goesOverHttp;
    private final MqttLink link;
    private final Topics topics;

    /**
     * @param releases the envelope of an artifact that was released
     * @param goesOverHttp reads from a manifest which way its content goes
     */
    public ArtifactBroadcast(
            ArtifactStore store,
            Function<Sha256, Optional<byte[]>> releases,
            Predicate<byte[]> goesOverHttp,
            MqttLink link,
            Topics topics) {
        this.store = store;
        this.releases = releases;
        this.goesOverHttp = goesOverHttp;
        this.link = link;
        this.topics = topics;
    }

    public void publish(Sha256 artifact) {
        publish(artifact, retainedChunks(artifact));
        publishRelease(artifact);
    }

    /** Sends these chunks again; what the broker shall not retain, or the artifact does not have, is left out. */
    public void publish(Sha256 artifact, List<Integer> chunks) {
        Set<Integer> retained = Set.copyOf(retainedChunks(artifact));
        List<CompletableFuture<Void>> sent = new ArrayList<>();
        for (int chunk : chunks.stream().filter(retained::contains).toList()) {
            store.chunk(artifact, chunk)
                    .ifPresent(bytes -> sent.add(link.publish(topics.chunk(artifact, chunk), bytes, true)));
        }
        sent.forEach(CompletableFuture::join);
    }

    /** The signed release alone: the chunks are there already. */
    public void publishRelease(Sha256 artifact) {
        releases.apply(artifact)
                .ifPresent(bytes ->
                        link.publish(topics.manifest(artifact), bytes, true).join());
    }

    public void withdraw(Sha256 artifact) {
        link.publish(topics.manifest(artifact), NOTHING, true).join();
        List<CompletableFuture<Void>> sent = new ArrayList<>();
        for (int chunk : retainedChunks(artifact)) {
            sent.add(link.publish(topics.chunk(artifact, chunk), NOTHING, true));
        }
        sent.forEach(CompletableFuture::join);
    }

    private List<Integer> retainedChunks(Sha256 artifact) {
        return IntStream.range(0, retainedChunkCount(artifact)).boxed().toList();
    }

    /** Chunks that the broker is to hold: all or none. */
    public int retainedChunkCount(Sha256 artifact) {
        return store.manifest(artifact).filter(goesOverHttp).isPresent() ? 0 : store.chunkCount(artifact);
    }
}
