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
import io.espalier.proto.Sha256;
import io.espalier.pruning.allocation.Cost;
import io.espalier.pruning.allocation.Limits;
import io.espalier.pruning.choice.Choice;
import io.espalier.pruning.choice.DeviceClasses;
import io.espalier.pruning.choice.DevicePrices;
import io.espalier.pruning.choice.Member;
import io.espalier.pruning.choice.ParetoSet;
import io.espalier.pruning.choice.PriceList;
import io.espalier.pruning.graph.Costs;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.latency.BaseSuite;
import io.espalier.pruning.latency.DeviceTimings;
import io.espalier.pruning.latency.LatencyModel;
import io.espalier.pruning.latency.ModelSuite;
import io.espalier.pruning.latency.ProbeTimer;
import io.espalier.pruning.latency.Timing;
import io.espalier.pruning.onnx.OnnxWriter;
import io.espalier.pruning.runtime.KernelPlan;
import io.espalier.pruning.runtime.OperatorGraph;
import io.espalier.pruning.runtime.RuntimeMemory;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/**
 * Choosing from a set of variants of ResNet-8 for 10,000 devices, each by its own timings, and some of the choices beside
 * those of a latency model learned in full for the device. Widths are drawn, and scores are made up from their MACs: only the
 * time it takes is measured here, and whether the choice is the right one for what it is given.
 */
public final class ChooseBenchmark implements Benchmark {
    private static final double SECONDS_BAR = 1;
    /** What sharing fits may add to the mean error of predictions. */
    private static final double ERROR_BAR = 0.005;

    private static final int DEVICES = 10_000;
    private static final int VARIANTS = 16;
    private static final int CHECKED = 100;
    private static final int REPEATS = 5;
    private static final int ROUNDS = 5;
    private static final long SEED = 2026;
    private static final String DEVICE = "device";
    private static final String CHOOSE = "choose";
    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public String name() {
        return "choose";
    }

    @Override
    public String about() {
        return "choosing from a Pareto set for 10,000 devices, each by a latency model of its own timings";
    }

    @Override
    public List<String> reads() {
        return List.of("models/resnet8-cifar10.onnx");
    }

    @Override
    public List<Stage> stages(Setting setting) {
        return List.of(
                Stage.alone(new Step(DEVICE, ChooseBenchmark::measure)),
                Stage.alone(new Step(CHOOSE, ChooseBenchmark::choose)));
    }

    private static ObjectNode measure(Workplace place) {
        Map<String, Supplier<Graph>> all = new LinkedHashMap<>();
        BaseSuite.make().graphs().forEach((name, graph) -> all.put(name, () -> graph));
        Enrolment.of(Family.RESNET8, place.setting(), SEED)
                .suite()
                .forEach((name, graph) -> all.put(name, () -> graph));
        place.log().println("timing the " + all.size() + " probes of the device that the others are made from");
        return Enrolment.json(new ProbeTimer(1, 50, 150, 50_000_000).time(all, ROUNDS, name -> {}));
    }

    /** All that choosing starts from. */
    private record Given(
            ParetoSet set,
            Map<String, OperatorGraph> base,
            Map<String, OperatorGraph> suite,
            SyntheticFleet fleet,
            List<SyntheticFleet.Device> devices) {
        List<DeviceTimings> timings() {
            return devices.stream().map(SyntheticFleet.Device::timings).toList();
        }
    }

    private static Given given(ObjectNode measured, Setting setting) {
        Enrolment enrolment = Enrolment.of(Family.RESNET8, setting, SEED);
        Map<String, OperatorGraph> base = BaseSuite.make().networks();
        Map<String, OperatorGraph> suite = Enrolment.operators(enrolment.suite());
        List<Timing> own = Enrolment.timings(measured, suite.keySet(), "");
        Timing dense = own.stream()
                .filter(timing -> timing.probe().equals(ModelSuite.DENSE))
                .findFirst()
                .orElseThrow();
        DeviceTimings device = new DeviceTimings(
                Enrolment.timings(measured, base.keySet(), ""), own, dense.medianMicros(), dense.p95Micros(), 1);
        ParetoSet set = set(enrolment);
        SyntheticFleet fleet = new SyntheticFleet(device, base, suite);
        return new Given(
                set, base, suite, fleet, fleet.devices(DEVICES, set.unpruned().sizeBytes(), SEED));
    }

    private static ParetoSet set(Enrolment enrolment) {
        Graph dense = Objects.requireNonNull(enrolment.suite().get(ModelSuite.DENSE));
        long all = Costs.of(dense).macs();
        return new ParetoSet(
                member(dense, all),
                OptionalDouble.empty(),
                enrolment.heldOut().values().stream()
                        .limit(VARIANTS)
                        .map(graph -> member(graph, all))
                        .toList());
    }

    private static Member member(Graph graph, long denseMacs) {
        byte[] onnx = OnnxWriter.write(graph);
        Costs costs = Costs.of(graph);
        double madeUp = 0.85 - 0.25 * Math.pow(1 - (double) costs.macs() / denseMacs, 2);
        return new Member(
                Sha256.of(onnx), madeUp, 1000, OperatorGraph.of(graph), onnx.length, costs.macs(), costs.parameters());
    }

    private static ObjectNode choose(Workplace place) {
        place.log().println("making " + DEVICES + " devices up");
        Given given = given(place.results().of(DEVICE), place.setting());
        ObjectNode result =
                JSON.createObjectNode().put("variants", given.set().variants().size());
        ArrayNode repeats = result.putArray("repeats");
        List<Choice> choices = List.of();
        for (int repeat = 0; repeat < REPEATS; repeat++) {
            place.log().println("choosing, " + (repeat + 1) + " of " + REPEATS);
            choices = once(given, repeats.addObject());
        }
        place.log().println("learning " + CHECKED + " devices in full");
        check(given, choices, result.putObject("check"));
        return result;
    }

    private static List<Choice> once(Given given, ObjectNode into) {
        List<DeviceTimings> timings = given.timings();
        long start = System.nanoTime();
        DeviceClasses classes = new DeviceClasses();
        for (DeviceTimings each : timings) {
            classes.classOf("one runtime", each.base());
        }
        long grouped = System.nanoTime();
        PriceList list = new PriceList(given.set(), given.base(), given.suite());
        List<DevicePrices> prices = list.of(timings);
        long priced = System.nanoTime();
        List<Choice> choices = new ArrayList<>(timings.size());
        for (int d = 0; d < timings.size(); d++) {
            choices.add(Choice.of(prices.get(d), given.devices().get(d).budget()));
        }
        long chosen = System.nanoTime();
        list.of(timings);
        long again = System.nanoTime() - chosen;
        into.put("classes", classes.size())
                .put("grouping", (grouped - start) / 1e9)
                .put("learned", list.learned())
                .put("fitting", Math.max(0, priced - grouped - again) / 1e9)
                .put("pricing", Math.min(again, priced - grouped) / 1e9)
                .put("choosing", (chosen - priced) / 1e9)
                .put("all", (chosen - start) / 1e9);
        return choices;
    }

    /** Some of the choices once more: a latency model for the device alone, members priced one by one. */
    private static void check(Given given, List<Choice> choices, ObjectNode into) {
        PriceList list = new PriceList(given.set(), given.base(), given.suite());
        List<DevicePrices> prices = list.of(given.timings());
        long start = System.nanoTime();
        int same = 0;
        int oneFindsNothing = 0;
        double apart = 0;
        double error = 0;
        double errorInFull = 0;
        double worst = 0;
        double worstInFull = 0;
        for (int i = 0; i < CHECKED; i++) {
            int d = i * (DEVICES / CHECKED) + DEVICES / CHECKED - 1;
            SyntheticFleet.Device device = given.devices().get(d);
            LatencyModel model = LatencyModel.learn(device.timings(), given.base(), given.suite());
            Limits limits = new Limits(device.budget(), Limits.latencyMargin(model.leaveOneOutError()));
            Optional<Member> straight = Optional.empty();
            for (DevicePrices.Priced priced : prices.get(d).members()) {
                Member member = priced.member();
                double p50 = model.p50Micros(member.network());
                double actual = given.fleet().micros(device, member.network());
                double off = Math.abs(priced.cost().p50Micros() / actual - 1);
                double offInFull = Math.abs(p50 / actual - 1);
                error += off / prices.get(d).members().size() / CHECKED;
                errorInFull += offInFull / prices.get(d).members().size() / CHECKED;
                worst = Math.max(worst, off);
                worstInFull = Math.max(worstInFull, offInFull);
                Cost cost = new Cost(
                        p50,
                        model.p95Micros(p50),
                        member.sizeBytes(),
                        RuntimeMemory.of(KernelPlan.of(member.network(), model.step()))
                                .peakBytes(),
                        member.macs(),
                        member.parameters());
                if (limits.fits(cost)
                        && (straight.isEmpty()
                                || member.score() > straight.get().score())) {
                    straight = Optional.of(member);
                }
            }
            Optional<Member> taken = choices.get(d).taken().map(DevicePrices.Priced::member);
            if (taken.equals(straight)) {
                same++;
            } else if (taken.isEmpty() || straight.isEmpty()) {
                oneFindsNothing++;
            } else {
                apart = Math.max(
                        apart, Math.abs(taken.get().score() - straight.get().score()));
            }
        }
        into.put("same", same)
                .put("oneFindsNothing", oneFindsNothing)
                .put("scoreApart", apart)
                .put("error", error)
                .put("errorInFull", errorInFull)
                .put("worst", worst)
                .put("worstInFull", worstInFull)
                .put("millisEach", (System.nanoTime() - start) / 1e6 / CHECKED);
    }

    @Override
    public Verdict judge(Results results, Setting setting, PrintStream out) {
        ObjectNode measured = results.of(CHOOSE);
        Table table = new Table("run", "classes", "grouping", "learned", "fitting", "pricing", "choosing", "all");
        List<Double> seconds = new ArrayList<>();
        Reading.list(measured, "repeats").forEach(each -> {
            seconds.add(Reading.number(each, "all"));
            table.row(
                    seconds.size() == 1 ? "cold" : "warm " + (seconds.size() - 1),
                    each.path("classes").asText(),
                    millis(each.path("grouping").asDouble()),
                    each.path("learned").asText(),
                    millis(each.path("fitting").asDouble()),
                    millis(each.path("pricing").asDouble()),
                    millis(each.path("choosing").asDouble()),
                    millis(each.path("all").asDouble()));
        });
        table.print(out);
        JsonNode check = measured.path("check");
        out.printf(
                Locale.ROOT,
                "%d of %d choices are those of a latency model learned in full for the device (%.0f ms each), %d times only"
                        + " one of the two finds something that fits, the others are within %.1f points.%nPredictions err by %.2f %% in the mean and %.1f %% at worst, those of"
                        + " models learned in full by %.2f %% and %.1f %%.%n%n",
                check.path("same").asInt(),
                CHECKED,
                check.path("millisEach").asDouble(),
                check.path("oneFindsNothing").asInt(),
                100 * check.path("scoreApart").asDouble(),
                100 * check.path("error").asDouble(),
                100 * check.path("worst").asDouble(),
                100 * check.path("errorInFull").asDouble(),
                100 * check.path("worstInFull").asDouble());
        double cold = seconds.get(0);
        double added = Reading.number(check, "error") - Reading.number(check, "errorInFull");
        return new Verdict(
                String.format(
                        Locale.ROOT,
                        "%.2f s for %,d devices and %d variants, sharing adds %.2f points of error",
                        cold,
                        DEVICES,
                        measured.path("variants").asInt(),
                        100 * added),
                String.format(Locale.ROOT, "<= %.0f s, <= %.1f points", SECONDS_BAR, 100 * ERROR_BAR),
                cold <= SECONDS_BAR && Bar.atMost(added, ERROR_BAR));
    }

    private static String millis(double seconds) {
        return String.format(Locale.ROOT, "%.0f ms", 1e3 * seconds);
    }
}
