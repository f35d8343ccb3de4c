package io.espalier.benchmarks.device;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.agent.delivery.NeedChannel;
import io.espalier.agent.toys.ToyArtifact;
import io.espalier.agent.toys.ToyArtifactServer;
import io.espalier.benchmarks.Workplace;
import io.espalier.host.Folders;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Topics;
import io.espalier.proto.Topics.DeviceChannel;
import io.espalier.proto.v1.Need;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;

/**
 * One artifact to so many devices at once, again and again. Devices' fetchers take turns with bare clients, and each begins
 * every other round.
 */
final class FleetRounds {
    private static final Topics TOPICS = new Topics("default");

    /** For 100 devices the broker has up to 600 chunks on the way, each about twice in its heap. */
    private static final String BROKER_HEAP = "1g";

    private final int devices;
    private final int rounds;
    private final ToyArtifact artifact;

    FleetRounds(int devices, int rounds, ToyArtifact artifact) {
        this.devices = devices;
        this.rounds = rounds;
        this.artifact = artifact;
    }

    ObjectNode run(Workplace place) throws Exception {
        Path folder = Files.createTempDirectory(place.folder(), "run");
        try (StackProcess stack = StackProcess.start(folder.resolve("stack"), BROKER_HEAP, List.of());
                ToyArtifactServer http = ToyArtifactServer.start().hold(artifact);
                ArtifactSource source =
                        ArtifactSource.open(folder.resolve("artifacts"), stack.mqttUrl(), TOPICS, artifact)) {
            source.publish();
            ObjectNode result = new ObjectMapper().createObjectNode();
            MqttAsyncClient needs = new MqttAsyncClient(stack.mqttUrl(), "needs", new MemoryPersistence());
            needs.connect().waitForCompletion();
            try {
                new FleetRounds(1, 1, artifact)
                        .both(0, stack, http.url(), needs, folder); // Neither pays for cold code.
                for (int round = 1; round <= rounds; round++) {
                    Round measured = both(round, stack, http.url(), needs, folder);
                    result.withArray("rounds").add(measured.json());
                    place.log().println(measured + ", all files verified");
                }
            } finally {
                needs.disconnectForcibly(0, 1_000, true);
                needs.close(true);
            }
            List<String> requests = http.requests();
            return result.put("mqtt", source.sentBytes())
                    .put("sent", source.sentBytes() + httpBytes(requests, artifact))
                    .put("http", requests.size())
                    .put("broker", stack.memory().highWaterBytes());
        } finally {
            Folders.delete(folder);
        }
    }

    /** Bytes of the bodies of such answers, each taken for whole; what the artifact does not have has none. */
    static long httpBytes(List<String> paths, ToyArtifact artifact) {
        String root = "/api/v1/artifacts/" + artifact.digest() + "/";
        Map<String, Integer> sizes = new HashMap<>();
        sizes.put(root + "manifest", artifact.release().length);
        for (int chunk = 0; chunk < artifact.chunks().size(); chunk++) {
            sizes.put(root + "chunks/" + chunk, artifact.chunks().get(chunk).length);
        }
        return paths.stream().mapToLong(path -> sizes.getOrDefault(path, 0)).sum();
    }

    /** Seconds until the last of the bare clients, and of the devices, has everything. */
    private record Round(double bare, double fetched) {
        ObjectNode json() {
            return new ObjectMapper().createObjectNode().put("bare", bare).put("fetched", fetched);
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "bare %.2f s, devices %.2f s, share %.2f", bare, fetched, bare / fetched);
        }
    }

    private Round both(int round, StackProcess stack, URI http, MqttAsyncClient needs, Path folder) throws Exception {
        if (round % 2 == 0) {
            double bare = bare(stack);
            return new Round(bare, fetched(stack, http, needs, folder));
        }
        double fetched = fetched(stack, http, needs, folder);
        return new Round(bare(stack), fetched);
    }

    private double bare(StackProcess stack) throws InterruptedException, ExecutionException {
        List<String> topics = new ArrayList<>(List.of(TOPICS.manifest(artifact.digest())));
        IntStream.range(0, artifact.chunks().size())
                .forEach(chunk -> topics.add(TOPICS.chunk(artifact.digest(), chunk)));
        return seconds(device -> BareDownload.run(stack.mqttUrl(), "bare-" + device, topics));
    }

    private double fetched(StackProcess stack, URI http, MqttAsyncClient needs, Path folder) throws Exception {
        Path homes = Files.createTempDirectory(folder, "homes");
        List<DeviceDownload> downloads = new ArrayList<>();
        for (int device = 0; device < devices; device++) {
            DeviceId id = new DeviceId("device-" + device);
            downloads.add(DeviceDownload.of(
                    Files.createDirectory(homes.resolve(id.value())),
                    id,
                    stack.mqttUrl(),
                    TOPICS,
                    http,
                    asking(needs, id),
                    artifact));
        }
        double seconds = seconds(device -> downloads.get(device).run());
        for (DeviceDownload each : downloads) {
            each.verify();
        }
        Folders.delete(homes);
        return seconds;
    }

    private static NeedChannel asking(MqttAsyncClient client, DeviceId device) {
        return (artifact, chunk) -> {
            Need.Builder need = Need.newBuilder().setDeviceId(device.value()).setArtifactDigest(artifact.hex());
            try {
                client.publish(
                        TOPICS.device(device, DeviceChannel.NEED),
                        (chunk < 0 ? need.setManifest(true) : need.addChunks(chunk))
                                .build()
                                .toByteArray(),
                        1,
                        false);
            } catch (MqttException e) {
                throw new IllegalStateException("A need was not sent", e);
            }
        };
    }

    /** What one device does. */
    @FunctionalInterface
    private interface Download {
        void run(int device) throws Exception;
    }

    private double seconds(Download download) throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(devices);
        try {
            long start = System.nanoTime();
            List<Future<?>> running = new ArrayList<>();
            for (int device = 0; device < devices; device++) {
                int each = device;
                running.add(threads.submit(() -> {
                    download.run(each);
                    return null;
                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
            return (System.nanoTime() - start) / 1e9;
        } finally {
            threads.shutdownNow();
        }
    }
}
