package io.espalier.benchmarks.device;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.agent.delivery.NeedChannel;
import io.espalier.agent.toys.ToyArtifact;
import io.espalier.agent.toys.ToyArtifactServer;
import io.espalier.benchmarks.Benchmark;
import io.espalier.benchmarks.Results;
import io.espalier.benchmarks.Setting;
import io.espalier.benchmarks.Stage;
import io.espalier.benchmarks.Step;
import io.espalier.benchmarks.Table;
import io.espalier.benchmarks.Verdict;
import io.espalier.benchmarks.Workplace;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Topics;
import io.espalier.proto.Topics.DeviceChannel;
import io.espalier.proto.v1.ArtifactKind;
import io.espalier.proto.v1.Manifest;
import io.espalier.proto.v1.Need;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;

/**
 * An artifact of 20 MB to 1, 10 and 100 devices at once, and what its source has to send for that. Devices' fetchers take
 * turns with bare clients that take the same topics through the same window.
 */
public final class DeliveryBenchmark implements Benchmark {
    private static final List<Integer> FLEETS = List.of(1, 10, 100);
    private static final int MOST = FLEETS.get(FLEETS.size() - 1);
    private static final Topics TOPICS = new Topics("default");
    private static final int ROUNDS_OF_ONE = 5;
    private static final int CONTENT_BYTES = 20_000_000;
    private static final int CHUNK_BYTES = 256 << 10;
    private static final double LEAST_SHARE_OF_BARE = 0.9;
    private static final double MOST_SENT = 1.05;
    private static final double MEBIBYTE = 1 << 20;

    @Override
    public String name() {
        return "delivery";
    }

    @Override
    public String about() {
        return "20 MB to 1, 10 and 100 devices over MQTT, beside bare clients, and what is sent for it";
    }

    @Override
    public List<Stage> stages(Setting setting) {
        return FLEETS.stream()
                .map(devices -> Stage.alone(new Step("devices." + devices, place -> measure(devices, place))))
                .toList();
    }

    private static ObjectNode measure(int devices, Workplace place) throws Exception {
        ToyArtifact artifact = artifact();
        Path folder = Files.createTempDirectory(place.folder(), "run");
        ObjectNode result = new ObjectMapper().createObjectNode();
        try (StackProcess stack = StackProcess.start(folder.resolve("stack"));
                ToyArtifactServer http = ToyArtifactServer.start().hold(artifact);
                ArtifactSource source = new ArtifactSource(stack.mqttUrl(), TOPICS, artifact)) {
            source.publish();
            MqttAsyncClient needs = new MqttAsyncClient(stack.mqttUrl(), "needs", new MemoryPersistence());
            needs.connect().waitForCompletion();
            int rounds = Math.max(1, ROUNDS_OF_ONE * place.setting().seeds() / devices);
            for (int round = 0; round < rounds; round++) {
                double bare = seconds(
                        devices, device -> BareDownload.run(stack.mqttUrl(), "bare-" + device, topics(artifact)));
                Path homes = Files.createDirectory(folder.resolve("round" + round));
                List<DeviceDownload> downloads = new ArrayList<>();
                for (int device = 0; device < devices; device++) {
                    DeviceId id = new DeviceId("device-" + device);
                    downloads.add(DeviceDownload.of(
                            Files.createDirectory(homes.resolve(id.value())),
                            id,
                            stack.mqttUrl(),
                            TOPICS,
                            http.url(),
                            asking(needs, id),
                            artifact));
                }
                double fetched =
                        seconds(devices, device -> downloads.get(device).run());
                for (DeviceDownload each : downloads) {
                    each.verify();
                }
                delete(homes);
                result.withArray("rounds").addObject().put("bare", bare).put("fetched", fetched);
                place.log().printf(Locale.ROOT, "bare %.2f s, devices %.2f s, all files verified%n", bare, fetched);
            }
            needs.disconnect().waitForCompletion();
            needs.close();
            result.put("sent", source.sentBytes())
                    .put("http", http.requests().size())
                    .put("broker", stack.memory().highWaterBytes());
        }
        delete(folder);
        return result;
    }

    /** Bytes that no compression makes smaller, as float weights are. */
    private static ToyArtifact artifact() {
        byte[] content = new byte[CONTENT_BYTES];
        new Random(1).nextBytes(content);
        return ToyArtifact.of(
                Manifest.newBuilder().setKind(ArtifactKind.ARTIFACT_KIND_VARIANT),
                Map.of("model.onnx", content),
                CHUNK_BYTES);
    }

    private static List<String> topics(ToyArtifact artifact) {
        List<String> topics = new ArrayList<>(List.of(TOPICS.manifest(artifact.digest())));
        IntStream.range(0, artifact.chunks().size())
                .forEach(chunk -> topics.add(TOPICS.chunk(artifact.digest(), chunk)));
        return topics;
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

    private static double seconds(int devices, Download download) throws InterruptedException, ExecutionException {
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

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> walk = Files.walk(tree)) {
            for (Path each : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    @Override
    public Verdict judge(Results results, Setting setting) {
        Table table = new Table(
                "devices",
                "bare MB/s",
                "devices MB/s",
                "share",
                "sent by the source",
                "parts over HTTP",
                "broker VmHWM");
        for (int devices : FLEETS) {
            ObjectNode measured = results.of("devices." + devices);
            double megabytes = devices * (CONTENT_BYTES / 1e6);
            table.row(
                    String.valueOf(devices),
                    number(megabytes
                            / median(measured, each -> each.path("bare").asDouble())),
                    number(megabytes
                            / median(measured, each -> each.path("fetched").asDouble())),
                    String.format(Locale.ROOT, "%.2f", share(measured)),
                    String.format(Locale.ROOT, "%.2f MB", measured.path("sent").asDouble() / 1e6),
                    measured.path("http").asText(),
                    number(measured.path("broker").asDouble() / MEBIBYTE) + " MiB");
        }
        table.print(System.out);
        double share = share(results.of("devices." + FLEETS.get(0)));
        double sent = results.of("devices." + MOST).path("sent").asDouble()
                / results.of("devices." + FLEETS.get(0)).path("sent").asDouble();
        return new Verdict(
                String.format(
                        Locale.ROOT,
                        "%.2f of a bare client's goodput, %d devices take %.3f of one's bytes",
                        share,
                        MOST,
                        sent),
                String.format(Locale.ROOT, ">= %.1f and <= %.2f", LEAST_SHARE_OF_BARE, MOST_SENT),
                share >= LEAST_SHARE_OF_BARE && sent <= MOST_SENT);
    }

    /** A figure of one round. */
    @FunctionalInterface
    private interface Figure {
        double of(JsonNode round);
    }

    private static double share(JsonNode measured) {
        return median(
                measured,
                each -> each.path("bare").asDouble() / each.path("fetched").asDouble());
    }

    private static double median(JsonNode measured, Figure figure) {
        JsonNode rounds = measured.path("rounds");
        double[] figures = new double[rounds.size()];
        for (int i = 0; i < figures.length; i++) {
            figures[i] = figure.of(rounds.get(i));
        }
        Arrays.sort(figures);
        return figures[figures.length / 2];
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
