package io.espalier.benchmarks.device;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.agent.toys.ToyArtifact;
import io.espalier.agent.toys.ToyCloud;
import io.espalier.benchmarks.Bar;
import io.espalier.benchmarks.Benchmark;
import io.espalier.benchmarks.Reading;
import io.espalier.benchmarks.Results;
import io.espalier.benchmarks.Setting;
import io.espalier.benchmarks.Stage;
import io.espalier.benchmarks.Step;
import io.espalier.benchmarks.Table;
import io.espalier.benchmarks.Verdict;
import io.espalier.benchmarks.Workplace;
import io.espalier.proto.DeviceId;
import io.espalier.proto.v1.Desired;
import io.espalier.proto.v1.ModelAssignment;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Memory, start and overhead of an agent with ResNet-8, started by its launcher and connected over TLS to the servers of
 * local-stack, for each way that telemetry can take. Inferences of the bare runtime, of the agent's code in this process and of the agent over loopback take
 * turns in blocks, so that all see the same machine.
 */
public final class AgentBenchmark implements Benchmark {
    private static final String MODEL = "models/resnet8-cifar10.onnx";
    private static final List<Sink> SINKS = List.of(Sink.KAFKA, Sink.MQTT);
    private static final double MOST_SECONDS_TO_START = 2;
    private static final double MOST_OVERHEAD = 0.05;
    private static final double MOST_MICROS_OVER_LOOPBACK = 250;
    private static final int CLASSES = 10;
    private static final int ROUNDS = 15;
    private static final int BLOCK = 200;
    private static final int WINDOWS_BEFORE_WEIGHING = 5;
    private static final double MEBIBYTE = 1 << 20;

    @Override
    public String name() {
        return "agent";
    }

    @Override
    public String about() {
        return "memory, start and overhead of an agent with ResNet-8 on real servers over TLS, beside the bare runtime";
    }

    @Override
    public List<String> reads() {
        return List.of(MODEL);
    }

    @Override
    public List<Stage> stages(Setting setting) {
        return SINKS.stream()
                .map(sink -> Stage.alone(new Step(sink.setting(), place -> measure(sink, place))))
                .toList();
    }

    private static ObjectNode measure(Sink sink, Workplace place) throws Exception {
        Path folder = Files.createTempDirectory(place.folder(), "run");
        Path model = place.setting().data(MODEL);
        ObjectNode result = new ObjectMapper().createObjectNode();
        try (SecureStack stack = SecureStack.start(folder);
                AgentInProcess inProcess =
                        new AgentInProcess(model, Files.createDirectories(folder.resolve("in-process")));
                BareRuntime bare = new BareRuntime(model)) {
            DeviceId device = new DeviceId("bench");
            try (ToyCloud cloud = stack.cloud(device);
                    Arrivals telemetry = Arrivals.of(sink, stack, device)) {
                Map<String, String> settings = Map.of(
                        "device.id", device.value(),
                        "controller.url", cloud.url(),
                        "claim.token", "good-token",
                        "telemetry.sink", sink.setting(),
                        "telemetry.window.millis", "1000");
                byte[] json = ServedResNet.json(bare.inputName());
                Device start = new Device(folder, settings, ServedResNet.request(json), json.length, telemetry);
                place.log().println("prepares the launcher");
                DeviceAgent.prepare(folder, settings);
                deploy(start, cloud, model, result);
                for (int run = 1; run <= place.setting().seeds(); run++) {
                    start(start, run, bare, inProcess, result, place);
                }
            }
        }
        return result;
    }

    /** How the agent is started, and what it is asked. */
    private record Device(
            Path folder, Map<String, String> settings, byte[] request, int jsonBytes, Arrivals telemetry) {
        DeviceAgent agent() throws Exception {
            return DeviceAgent.start(folder, settings);
        }

        InferenceClient client(DeviceAgent of) throws Exception {
            return of.awaitModel(request, jsonBytes);
        }

        /** Goes on inferring until so many more messages have come to where telemetry ends. */
        void awaitTelemetry(InferenceClient client) throws Exception {
            long last = 0;
            for (int window = 0; window < WINDOWS_BEFORE_WEIGHING; window++) {
                client.nanos();
                telemetry.awaitSequence(last + 1);
                last = telemetry.lastSequence();
            }
        }
    }

    /** The agent's first life: enrolment, fetch, trial and switch are in its memory; what loads a model before it is apart. */
    private static void deploy(Device device, ToyCloud cloud, Path model, ObjectNode result) throws Exception {
        ToyArtifact artifact = ServedResNet.artifact(model);
        cloud.publish(artifact);
        cloud.desire(Desired.newBuilder()
                .setModel(ModelAssignment.newBuilder()
                        .setDeploymentId("d1")
                        .setArtifactDigest(artifact.digest().hex())
                        .setUnconditional(true)));
        try (DeviceAgent agent = device.agent();
                ChildMemory children = agent.children()) {
            cloud.awaitReported(report -> !report.getActiveArtifactDigest().isEmpty());
            result.putObject("trial").put("highWater", children.mostBytes());
            try (InferenceClient client = device.client(agent)) {
                device.awaitTelemetry(client);
            }
            put(result.putObject("first"), agent.memory());
        }
    }

    private static void start(
            Device device, int run, BareRuntime bare, AgentInProcess inProcess, ObjectNode result, Workplace place)
            throws Exception {
        try (DeviceAgent agent = device.agent();
                InferenceClient client = device.client(agent)) {
            double seconds = agent.nanosSinceStart() / 1e9;
            ObjectNode each = result.withArray("starts").addObject().put("seconds", seconds);
            for (int round = 0; round < ROUNDS; round++) {
                round(bare, inProcess, client, result.withArray("rounds"));
            }
            device.awaitTelemetry(client);
            put(each, agent.memory());
            place.log()
                    .printf(
                            Locale.ROOT,
                            "start %d: %.2f s, %s, %d threads%n",
                            run,
                            seconds,
                            mebibytes(each.path("highWater").asDouble()),
                            each.path("threads").asInt());
        }
    }

    private static void put(ObjectNode into, ProcessMemory memory) {
        into.put("resident", memory.residentBytes())
                .put("highWater", memory.highWaterBytes())
                .put("threads", memory.threads());
    }

    private static void round(BareRuntime bare, AgentInProcess inProcess, InferenceClient client, ArrayNode rounds)
            throws Exception {
        float[] picture = ServedResNet.picture();
        float[] answer = new float[CLASSES];
        rounds.addObject()
                .put("bare", medianMicros(() -> bare.infer(picture, answer)))
                .put("inProcess", medianMicros(() -> inProcess.infer(picture, answer)))
                .put("loopback", medianMicros(client::nanos));
    }

    /** One inference. */
    @FunctionalInterface
    private interface Inference {
        void run() throws Exception;
    }

    private static double medianMicros(Inference inference) throws Exception {
        long[] nanos = new long[BLOCK];
        for (int i = 0; i < BLOCK; i++) {
            long start = System.nanoTime();
            inference.run();
            nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        return nanos[BLOCK / 2] / 1e3;
    }

    @Override
    public Verdict judge(Results results, Setting setting, PrintStream out) {
        Table memory = new Table("agent", "VmRSS", "VmHWM", "bar", "threads", "start to first inference");
        Table inference = new Table("inference, p50", "time", "over bare");
        List<String> figures = new ArrayList<>();
        boolean holds = true;
        for (Sink sink : SINKS) {
            ObjectNode measured = results.of(sink.setting());
            memory.row(
                    sink.setting() + ", trial's process",
                    "",
                    mebibytes(measured.path("trial").path("highWater").asDouble()),
                    "",
                    "",
                    "");
            row(memory, sink.setting() + ", first life", measured.path("first"), sink, "");
            for (JsonNode start : measured.path("starts")) {
                row(
                        memory,
                        sink.setting(),
                        start,
                        sink,
                        seconds(start.path("seconds").asDouble()));
            }
            double most = Math.max(
                    Reading.number(measured.path("first"), "highWater"),
                    largest(Reading.list(measured, "starts"), "highWater"));
            double seconds = median(measured.path("starts"), each -> Reading.number(each, "seconds"));
            JsonNode rounds = Reading.list(measured, "rounds");
            double bare = median(rounds, each -> Reading.number(each, "bare"));
            double overhead =
                    median(rounds, each -> Reading.number(each, "inProcess") / Reading.number(each, "bare") - 1);
            double loopback = median(rounds, each -> Reading.number(each, "loopback") - Reading.number(each, "bare"));
            inference
                    .row("bare, beside " + sink.setting(), micros(bare), "")
                    .row("in process", micros(bare * (1 + overhead)), percent(overhead))
                    .row("binary over loopback", micros(bare + loopback), micros(loopback));
            figures.add("%s %s, %s, %s, %s"
                    .formatted(sink.setting(), mebibytes(most), seconds(seconds), percent(overhead), micros(loopback)));
            holds &= most <= sink.mostMebibytes() * MEBIBYTE
                    && seconds <= MOST_SECONDS_TO_START
                    && Bar.atMost(overhead, MOST_OVERHEAD)
                    && loopback <= MOST_MICROS_OVER_LOOPBACK;
        }
        memory.print(out);
        inference.print(out);
        return new Verdict(String.join("; ", figures), bars(), holds);
    }

    private static String bars() {
        List<String> memory = SINKS.stream()
                .map(sink -> sink.setting() + " " + sink.mostMebibytes() + " MiB")
                .toList();
        return "<= %s, %s, %s, %s"
                .formatted(
                        String.join(" or ", memory),
                        seconds(MOST_SECONDS_TO_START),
                        percent(MOST_OVERHEAD),
                        micros(MOST_MICROS_OVER_LOOPBACK));
    }

    private static void row(Table table, String name, JsonNode memory, Sink sink, String start) {
        table.row(
                name,
                mebibytes(memory.path("resident").asDouble()),
                mebibytes(memory.path("highWater").asDouble()),
                sink.mostMebibytes() + " MiB",
                memory.path("threads").asText(),
                start);
    }

    /** A figure of one measurement. */
    @FunctionalInterface
    private interface Figure {
        double of(JsonNode measured);
    }

    private static double median(JsonNode all, Figure figure) {
        double[] figures = new double[all.size()];
        for (int i = 0; i < figures.length; i++) {
            figures[i] = figure.of(all.get(i));
        }
        Arrays.sort(figures);
        return figures[figures.length / 2];
    }

    private static double largest(JsonNode all, String field) {
        double largest = 0;
        for (JsonNode each : all) {
            largest = Math.max(largest, Reading.number(each, field));
        }
        return largest;
    }

    private static String mebibytes(double bytes) {
        return String.format(Locale.ROOT, "%.1f MiB", bytes / MEBIBYTE);
    }

    private static String seconds(double seconds) {
        return String.format(Locale.ROOT, "%.2f s", seconds);
    }

    private static String percent(double fraction) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * fraction);
    }

    private static String micros(double micros) {
        return String.format(Locale.ROOT, "%.0f µs", micros);
    }
}
