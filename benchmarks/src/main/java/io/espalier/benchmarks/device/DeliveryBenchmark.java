package io.espalier.benchmarks.device;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.agent.toys.ToyArtifact;
import io.espalier.benchmarks.Benchmark;
import io.espalier.benchmarks.Reading;
import io.espalier.benchmarks.Results;
import io.espalier.benchmarks.Setting;
import io.espalier.benchmarks.Stage;
import io.espalier.benchmarks.Step;
import io.espalier.benchmarks.Table;
import io.espalier.benchmarks.Verdict;
import io.espalier.proto.v1.ArtifactKind;
import io.espalier.proto.v1.Manifest;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.StreamSupport;

/**
 * An artifact of 20 MB to 1, 10 and 100 devices at once, and what the controller's broadcast has to send for that. Devices'
 * fetchers take turns with bare clients that take the same topics through the same window and throw them away.
 */
public final class DeliveryBenchmark implements Benchmark {
    private static final List<Fleet> FLEETS = List.of(new Fleet(1, 5), new Fleet(10, 1), new Fleet(100, 1));
    private static final Fleet ONE = FLEETS.get(0);
    private static final Fleet MOST = FLEETS.get(FLEETS.size() - 1);
    private static final int CONTENT_BYTES = 20_000_000;
    private static final int CHUNK_BYTES = 256 << 10;
    private static final double LEAST_SHARE_OF_BARE = 0.9;
    private static final double MOST_SENT = 1.05;
    private static final double MEBIBYTE = 1 << 20;

    /**
     * So many devices at once.
     *
     * @param rounds with each broker; there is one for each of the seeds
     */
    private record Fleet(int devices, int rounds) {
        List<Step> steps(Setting setting) {
            return setting.eachSeed()
                    .mapToObj(seed ->
                            new Step(step(seed), place -> new FleetRounds(devices, rounds, artifact()).run(place)))
                    .toList();
        }

        private String step(int seed) {
            return "devices." + devices + "." + seed;
        }

        Measured measured(Results results, Setting setting) {
            return new Measured(
                    devices,
                    setting.eachSeed().mapToObj(seed -> results.of(step(seed))).toList());
        }
    }

    /** What the steps of a fleet have measured. */
    private record Measured(int devices, List<ObjectNode> steps) {
        double[] rounds(ToDoubleFunction<JsonNode> figure) {
            return steps.stream()
                    .flatMap(step ->
                            StreamSupport.stream(Reading.list(step, "rounds").spliterator(), false))
                    .mapToDouble(figure)
                    .sorted()
                    .toArray();
        }

        double[] shares() {
            return rounds(round -> Reading.number(round, "bare") / Reading.number(round, "fetched"));
        }

        /** MB/s of all devices together. */
        double goodput(String seconds) {
            return devices * (CONTENT_BYTES / 1e6) / median(rounds(round -> Reading.number(round, seconds)));
        }

        /** The largest of all steps. */
        double most(String figure) {
            return steps.stream()
                    .mapToDouble(step -> Reading.number(step, figure))
                    .max()
                    .orElseThrow();
        }
    }

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
        return FLEETS.stream().map(fleet -> new Stage(1, fleet.steps(setting))).toList();
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

    @Override
    public Verdict judge(Results results, Setting setting, PrintStream out) {
        Table table = new Table(
                "devices",
                "rounds",
                "bare MB/s",
                "devices MB/s",
                "share",
                "least to most",
                "sent by the controller, HTTP included",
                "parts over HTTP",
                "broker VmHWM");
        for (Fleet fleet : FLEETS) {
            Measured measured = fleet.measured(results, setting);
            double[] shares = measured.shares();
            table.row(
                    String.valueOf(fleet.devices()),
                    String.valueOf(shares.length),
                    number(measured.goodput("bare")),
                    number(measured.goodput("fetched")),
                    String.format(Locale.ROOT, "%.2f", median(shares)),
                    String.format(Locale.ROOT, "%.2f to %.2f", shares[0], shares[shares.length - 1]),
                    String.format(Locale.ROOT, "%.2f MB", measured.most("sent") / 1e6),
                    String.format(Locale.ROOT, "%.0f", measured.most("http")),
                    number(measured.most("broker") / MEBIBYTE) + " MiB");
        }
        table.print(out);
        Measured one = ONE.measured(results, setting);
        double share = median(one.shares());
        // What goes over HTTP counts for many devices, and makes nothing easier where one device asks for it.
        double sent = MOST.measured(results, setting).most("sent") / one.most("mqtt");
        return new Verdict(
                String.format(
                        Locale.ROOT,
                        "%.2f of a bare client's goodput, %d devices take %.3f of one's bytes",
                        share,
                        MOST.devices(),
                        sent),
                String.format(Locale.ROOT, ">= %.1f and <= %.2f", LEAST_SHARE_OF_BARE, MOST_SENT),
                share >= LEAST_SHARE_OF_BARE && sent <= MOST_SENT);
    }

    private static double median(double[] sorted) {
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
