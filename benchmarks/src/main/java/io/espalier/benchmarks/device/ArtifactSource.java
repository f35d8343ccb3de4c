package io.espalier.benchmarks.device;

import com.google.protobuf.InvalidProtocolBufferException;
import io.espalier.agent.toys.ToyArtifact;
import io.espalier.controller.artifact.ArtifactBroadcast;
import io.espalier.controller.artifact.ArtifactPart;
import io.espalier.controller.artifact.ArtifactStore;
import io.espalier.controller.mqtt.MqttMessage;
import io.espalier.proto.Sha256;
import io.espalier.proto.Topics;
import io.espalier.proto.Topics.DeviceChannel;
import io.espalier.proto.v1.Manifest;
import io.espalier.proto.v1.Need;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.eclipse.paho.mqttv5.common.MqttException;

/**
 * The controller's store and broadcast, without the rest of it: puts one artifact on the broker, and again what a device says
 * it misses.
 */
final class ArtifactSource implements AutoCloseable {
    private final CountedLink link;
    private final ArtifactBroadcast broadcast;
    private final ToyArtifact artifact;
    private final ExecutorService publisher = Executors.newSingleThreadExecutor();

    private ArtifactSource(CountedLink link, ArtifactBroadcast broadcast, ToyArtifact artifact) {
        this.link = link;
        this.broadcast = broadcast;
        this.artifact = artifact;
    }

    static ArtifactSource open(Path folder, String broker, Topics topics, ToyArtifact artifact)
            throws IOException, MqttException {
        Manifest manifest = Manifest.parseFrom(artifact.manifest());
        ArtifactStore store = new ArtifactStore(
                Files.createDirectories(folder), manifest.getChunkSizeBytes(), ArtifactSource::chunkSizeBytes);
        put(artifact, manifest, store, folder.resolve("model.onnx"));
        CountedLink link = CountedLink.open(broker);
        ArtifactSource source = new ArtifactSource(
                link,
                new ArtifactBroadcast(
                        store, released -> Optional.of(artifact.release()), stored -> false, link, topics),
                artifact);
        link.subscribe(topics.everyDevice(DeviceChannel.NEED), source::need);
        return source;
    }

    private static void put(ToyArtifact artifact, Manifest manifest, ArtifactStore store, Path file)
            throws IOException {
        try (var out = Files.newOutputStream(file)) {
            for (byte[] chunk : artifact.chunks()) {
                out.write(chunk);
            }
        }
        Sha256 stored = store.put(
                List.of(new ArtifactPart(manifest.getFiles(0).getName(), file)), packed -> artifact.manifest());
        Files.delete(file);
        if (!stored.equals(artifact.digest())) {
            throw new IOException("stored as " + stored + ", not as " + artifact.digest());
        }
    }

    private static int chunkSizeBytes(byte[] manifest) {
        try {
            return Manifest.parseFrom(manifest).getChunkSizeBytes();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("The manifest cannot be read", e);
        }
    }

    /** Returns when the broker has all of it. */
    void publish() throws Exception {
        Future<?> published = publisher.submit(() -> broadcast.publish(artifact.digest()));
        published.get();
    }

    private void need(MqttMessage message) {
        try {
            Need need = Need.parseFrom(message.payload());
            publisher.execute(() -> {
                broadcast.publish(artifact.digest(), need.getChunksList());
                if (need.getManifest()) {
                    broadcast.publishRelease(artifact.digest());
                }
            });
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("A device's need cannot be read", e);
        }
    }

    long sentBytes() {
        return link.sentBytes();
    }

    @Override
    public void close() throws IOException, MqttException {
        publisher.shutdownNow();
        link.close();
    }
}
