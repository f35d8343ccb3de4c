package io.espalier.benchmarks.latency;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.benchmarks.Bar;
import io.espalier.benchmarks.Benchmark;
import io.espalier.benchmarks.Results;
import io.espalier.benchmarks.Setting;
import io.espalier.benchmarks.Stage;
import io.espalier.benchmarks.Step;
import io.espalier.benchmarks.Table;
import io.espalier.benchmarks.Verdict;
import io.espalier.benchmarks.Workplace;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.latency.BaseSuite;
import io.espalier.pruning.latency.DeviceTimings;
import io.espalier.pruning.latency.LatencyModel;
import io.espalier.pruning.latency.ModelSuite;
import io.espalier.pruning.latency.ProbeTimer;
import io.espalier.pruning.latency.TimedSession;
import io.espalier.pruning.latency.Timing;
import io.espalier.pruning.runtime.OperatorGraph;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Latency of 50 random forms of each base model, predicted from what an enrolling device times: its base suite and the
 * model's own suite of at most 12. The evidence is taken first and as an agent takes it; only what it is held against is timed with
 * more patience, in the same process.
 */
public final class LatencyModelBenchmark implements Benchmark {
    private static final double ERROR_BAR = 0.05;
    private static final double WITHIN = 0.1;
    private static final double WITHIN_BAR = 0.95;
    private static final int AGENTS_PASSES = 2;
    private static final int AGENTS_LEAST_SAMPLES = 20;
    private static final long AGENTS_NANOS_PER_PASS = 30_000_000;

    private static final int ROUNDS = 9;
    private static final int LEAST_SAMPLES = 90;
    private static final int MOST_SAMPLES = 300;
    private static final long NANOS_PER_PROBE = 90_000_000;
    private static final double QUOTA = 0.5;
    private static final String UNMEASURED = "unmeasured";
    private static final long SEED = 2026;

    /** Kinds of device this machine can be. */
    private enum Device {
        PLAIN("one thread"),
        QUOTA("half a processor"),
        UNBLOCKED("no blocked kernels");

        private final String title;

        Device(String title) {
            this.title = title;
        }

        String step(int seed) {
            return name().toLowerCase(Locale.ROOT) + "." + seed;
        }
    }

    @Override
    public String name() {
        return "latency-model";
    }

    @Override
    public String about() {
        return "latency of 50 unseen forms of a model, predicted from a device's probe timings, on three kinds of device";
    }

    @Override
    public List<String> reads() {
        return List.of("models/resnet8-cifar10.onnx", "models/resnet20-cifar10.onnx");
    }

    @Override
    public List<Stage> stages(Setting setting) {
        List<Step> steps = new ArrayList<>();
        for (int seed = 1; seed <= setting.seeds(); seed++) {
            for (Device device : Device.values()) {
                int each = seed;
                steps.add(new Step(device.step(seed), place -> measure(device, each, place)));
            }
        }
        return List.of(new Stage(1, steps));
    }

    private static ObjectNode measure(Device device, int seed, Workplace place) throws IOException {
        if (device != Device.QUOTA) {
            return timed(device, seed, place);
        }
        Optional<CpuQuota> quota = CpuQuota.enter(QUOTA);
        if (quota.isEmpty()) {
            place.log().println("no quota can be set here: this kind of device is not measured, so the bar is missed");
            return new ObjectMapper().createObjectNode().put(UNMEASURED, true);
        }
        try (CpuQuota held = quota.get()) {
            place.log().println("running with half of a processor's time in " + held.group());
            return timed(device, seed, place);
        }
    }

    private static ObjectNode timed(Device device, int seed, Workplace place) {
        Map<String, Graph> evidence = new LinkedHashMap<>(BaseSuite.make().graphs());
        Map<String, Supplier<Graph>> heldOut = new LinkedHashMap<>();
        for (Family family : Family.values()) {
            Enrolment enrolment = Enrolment.of(family, place.setting(), SEED + seed);
            enrolment.suite().forEach((name, graph) -> evidence.put(enrolment.key(name), graph));
            enrolment.heldOut().forEach((name, graph) -> heldOut.put(enrolment.key(name), () -> graph));
        }
        TimedSession.Options options = new TimedSession.Options(1, device != Device.UNBLOCKED);
        place.log().println("timing " + evidence.size() + " networks as an agent does");
        Map<String, Timing> timings = new LinkedHashMap<>(asAnAgentDoes(evidence, options));
        place.log().println("timing " + heldOut.size() + " others in " + ROUNDS + " rounds");
        int[] done = {0};
        timings.putAll(new ProbeTimer(options, LEAST_SAMPLES, MOST_SAMPLES, NANOS_PER_PROBE)
                .time(heldOut, ROUNDS, name -> {
                    if (++done[0] % heldOut.size() == 0) {
                        place.log().println("round " + done[0] / heldOut.size() + " of " + ROUNDS);
                    }
                }));
        return Enrolment.json(timings);
    }

    /** All of them in two passes, and the quicker timing of each counts. */
    private static Map<String, Timing> asAnAgentDoes(Map<String, Graph> probes, TimedSession.Options options) {
        ProbeTimer timer = new ProbeTimer(options, AGENTS_LEAST_SAMPLES, MOST_SAMPLES, AGENTS_NANOS_PER_PASS);
        Map<String, Timing> quickest = new LinkedHashMap<>();
        for (int pass = 0; pass < AGENTS_PASSES; pass++) {
            probes.forEach((name, graph) -> quickest.merge(
                    name,
                    timer.time(name, graph),
                    (one, other) -> other.medianMicros() < one.medianMicros() ? other : one));
        }
        return quickest;
    }

    /** How far predictions were off; relative errors. */
    private record Errors(List<Double> each, LatencyModel model, double learningMillis) {
        double mean() {
            return each.stream().mapToDouble(Math::abs).average().orElse(1);
        }

        double within() {
            return (double) each.stream().filter(e -> Math.abs(e) <= WITHIN).count() / each.size();
        }

        double worst() {
            return each.stream().mapToDouble(Math::abs).max().orElse(1);
        }
    }

    @Override
    public Verdict judge(Results results, Setting setting, PrintStream out) {
        Table table = new Table(
                "device",
                "model",
                "step",
                "mean error",
                "in each repeat",
                "within 10 %",
                "worst",
                "expected",
                "learned in");
        double worstError = 0;
        double worstWithin = 1;
        List<String> unmeasured = new ArrayList<>();
        for (Device device : Device.values()) {
            if (setting.eachSeed()
                    .anyMatch(seed ->
                            results.of(device.step(seed)).path(UNMEASURED).asBoolean())) {
                unmeasured.add(device.title);
                continue;
            }
            for (Family family : Family.values()) {
                List<Errors> repeats = new ArrayList<>();
                for (int seed = 1; seed <= setting.seeds(); seed++) {
                    repeats.add(errors(results.of(device.step(seed)), Enrolment.of(family, setting, SEED + seed)));
                }
                double mean =
                        repeats.stream().mapToDouble(Errors::mean).average().orElse(1);
                double within =
                        repeats.stream().mapToDouble(Errors::within).average().orElse(0);
                worstError = Math.max(worstError, mean);
                worstWithin = Math.min(worstWithin, within);
                table.row(
                        device.title,
                        family.title(),
                        repeats.get(0).model.step().alignment() + "/"
                                + repeats.get(0).model.step().block(),
                        percent(mean),
                        spread(repeats),
                        percent(within),
                        percent(repeats.stream()
                                .mapToDouble(Errors::worst)
                                .max()
                                .orElse(1)),
                        percent(repeats.get(0).model.leaveOneOutError()),
                        "%.0f ms".formatted(repeats.get(repeats.size() - 1).learningMillis));
            }
        }
        table.print(out);
        return new Verdict(
                "largest mean error %s, fewest within 10 %%: %s%s"
                        .formatted(
                                percent(worstError),
                                percent(worstWithin),
                                unmeasured.isEmpty() ? "" : ", not measured: " + String.join(", ", unmeasured)),
                "<= %s, >= %s".formatted(percent(ERROR_BAR), percent(WITHIN_BAR)),
                unmeasured.isEmpty() && Bar.atMost(worstError, ERROR_BAR) && Bar.atLeast(worstWithin, WITHIN_BAR));
    }

    private static Errors errors(ObjectNode measured, Enrolment enrolment) {
        Map<String, OperatorGraph> base = BaseSuite.make().networks();
        Map<String, OperatorGraph> suite = Enrolment.operators(enrolment.suite());
        List<Timing> own = Enrolment.timings(measured, suite.keySet(), enrolment.key(""));
        Timing dense = own.stream()
                .filter(timing -> timing.probe().equals(ModelSuite.DENSE))
                .findFirst()
                .orElseThrow();
        long start = System.nanoTime();
        LatencyModel model = LatencyModel.learn(
                new DeviceTimings(
                        Enrolment.timings(measured, base.keySet(), ""),
                        own,
                        dense.medianMicros(),
                        dense.p95Micros(),
                        1),
                base,
                suite);
        double millis = (System.nanoTime() - start) / 1e6;
        List<Double> errors = new ArrayList<>();
        Map<String, OperatorGraph> heldOut = Enrolment.operators(enrolment.heldOut());
        for (Timing actual : Enrolment.timings(measured, heldOut.keySet(), enrolment.key(""))) {
            errors.add(
                    model.p50Micros(Objects.requireNonNull(heldOut.get(actual.probe()))) / actual.medianMicros() - 1);
        }
        return new Errors(errors, model, millis);
    }

    private static String spread(List<Errors> repeats) {
        List<String> each = repeats.stream().map(r -> percent(r.mean())).toList();
        return String.join(", ", each);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }
}
