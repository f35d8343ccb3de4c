package io.espalier.benchmarks.latency;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import io.espalier.pruning.graph.Costs;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.latency.BaseSuite;
import io.espalier.pruning.latency.DeviceTimings;
import io.espalier.pruning.latency.LatencyModel;
import io.espalier.pruning.latency.ModelSuite;
import io.espalier.pruning.latency.ProbeTimer;
import io.espalier.pruning.latency.Timing;
import io.espalier.pruning.onnx.OnnxWriter;
import io.espalier.pruning.runtime.ChannelStep;
import io.espalier.pruning.runtime.KernelPlan;
import io.espalier.pruning.runtime.OperatorGraph;
import io.espalier.pruning.runtime.RuntimeMemory;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Peak memory of networks with 8 MiB of activations and more, predicted, against what processes of their own add, in the
 * median, over ones that run a model of one node. The runtime is set as on a device; what its arena reserves without
 * touching is not in memory and so does not count, as if it grew by what was asked for.
 */
public final class MemoryModelBenchmark implements Benchmark {
    private static final double BAR = 0.15;
    private static final double MEBIBYTE = 1 << 20;
    private static final int LEAST_SAMPLES = 20;
    private static final int MOST_SAMPLES = 100;
    private static final long NANOS_PER_PROBE = 20_000_000;

    @Override
    public String name() {
        return "memory-model";
    }

    @Override
    public String about() {
        return "peak memory of networks with 8 MiB of activations and more, predicted and measured in a process each";
    }

    @Override
    public List<Stage> stages(Setting setting) {
        List<Step> steps = new ArrayList<>();
        for (int seed = 1; seed <= setting.seeds(); seed++) {
            int each = seed;
            steps.add(new Step("networks." + seed, place -> measure(each, place)));
        }
        return List.of(new Stage(1, steps));
    }

    private static ObjectNode measure(int seed, Workplace place) throws IOException, InterruptedException {
        ChannelStep step = channelStep();
        place.log().println("this machine blocks " + step.block() + " channels");
        Path file = place.folder().resolve("model.onnx");
        Files.write(file, OnnxWriter.write(LargeNetworks.oneNode()));
        long bare = MemoryProbe.typicalHighWaterBytes(file);
        ObjectNode result = new ObjectMapper().createObjectNode();
        ArrayNode networks = result.putArray("networks");
        for (Map.Entry<String, Graph> each : LargeNetworks.draw(seed).entrySet()) {
            Graph graph = each.getValue();
            Files.write(file, OnnxWriter.write(graph));
            long measured = MemoryProbe.typicalHighWaterBytes(file) - bare;
            long predicted = RuntimeMemory.of(KernelPlan.of(OperatorGraph.of(graph), step))
                    .peakBytes();
            networks.addObject()
                    .put("name", each.getKey())
                    .put("activations", Costs.of(graph).activationBytes())
                    .put("weights", Costs.of(graph).weightBytes())
                    .put("predicted", predicted)
                    .put("measured", measured);
            place.log().println(each.getKey() + ": " + mebibytes(predicted) + " predicted, " + mebibytes(measured));
        }
        return result;
    }

    /** The step as a device's base suite shows it. */
    private static ChannelStep channelStep() {
        ProbeTimer timer = new ProbeTimer(1, LEAST_SAMPLES, MOST_SAMPLES, NANOS_PER_PROBE);
        List<Timing> base = new ArrayList<>();
        BaseSuite suite = BaseSuite.make();
        suite.graphs().forEach((name, graph) -> base.add(timer.time(name, graph)));
        Timing any = base.get(0);
        return LatencyModel.learn(
                        new DeviceTimings(base, List.of(), any.medianMicros(), any.p95Micros(), 1),
                        suite.networks(),
                        Map.of(ModelSuite.DENSE, OperatorGraph.of(LargeNetworks.oneNode())))
                .step();
    }

    @Override
    public Verdict judge(Results results, Setting setting, PrintStream out) {
        Table table = new Table("network", "activations", "weights", "predicted", "measured", "error");
        double worst = 0;
        double sum = 0;
        int count = 0;
        for (int seed = 1; seed <= setting.seeds(); seed++) {
            for (JsonNode each : Reading.list(results.of("networks." + seed), "networks")) {
                double measured = Reading.number(each, "measured");
                double error = Reading.number(each, "predicted") / measured - 1;
                worst = Math.max(worst, Math.abs(error));
                sum += Math.abs(error);
                count++;
                table.row(
                        each.path("name").asText(),
                        mebibytes(each.path("activations").asDouble()),
                        mebibytes(each.path("weights").asDouble()),
                        mebibytes(each.path("predicted").asDouble()),
                        mebibytes(measured),
                        String.format(Locale.ROOT, "%+.1f %%", 100 * error));
            }
        }
        table.print(out);
        return new Verdict(
                String.format(
                        Locale.ROOT,
                        "largest error %.1f %%, mean %.1f %% of %d networks",
                        100 * worst,
                        100 * sum / count,
                        count),
                String.format(Locale.ROOT, "<= %.0f %%", 100 * BAR),
                Bar.atMost(worst, BAR));
    }

    private static String mebibytes(double bytes) {
        return String.format(Locale.ROOT, "%.1f MiB", bytes / MEBIBYTE);
    }
}
