package io.espalier.pruning.campaign;

import io.espalier.pruning.allocation.WidthSpace;
import io.espalier.pruning.evaluation.OnnxClassifier;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.latency.BaseSuite;
import io.espalier.pruning.latency.DeviceTimings;
import io.espalier.pruning.latency.ModelSuite;
import io.espalier.pruning.latency.ProbeTimer;
import io.espalier.pruning.latency.Timing;
import io.espalier.pruning.quantisation.IntegerSpeed;
import io.espalier.pruning.quantisation.Quantiser;
import io.espalier.pruning.quantisation.WeightRange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/** Measures the machine this runs on as if it were the device. */
public final class ThisMachine {
    private static final int SUITE_STEP = 4;
    private static final int TRIAL_SAMPLES = 500;
    private static final Duration PER_PROBE = Duration.ofMillis(60);
    private static final int TURNS = 5;
    private static final Duration PER_RACE = Duration.ofSeconds(2);
    /** What a model that is too slow for all of its samples is timed for. */
    private static final Duration PER_MODEL = Duration.ofSeconds(10);
    /** With fewer the 95th percentile would be the slowest but one. */
    private static final int FEWEST_SAMPLES = 40;

    private final int threads;
    private final Duration perModel;

    public ThisMachine(int threads) {
        this(threads, PER_MODEL);
    }

    /** @param perModel after which no more than the fewest samples of a model are taken */
    ThisMachine(int threads, Duration perModel) {
        this.threads = threads;
        this.perModel = perModel;
    }

    /** Times both suites and the model itself; takes a few seconds for a small model. */
    public DeviceTimings measure(BaseModel base, Progress progress) {
        // What the runtime cannot run is refused with its reason before anything is timed.
        OnnxClassifier.load(base.onnx(), threads).close();
        PrunableNetwork network = PrunableNetwork.of(base.graph());
        WidthSpace space = network.space(SUITE_STEP);
        Map<String, Graph> baseProbes = BaseSuite.make().graphs();
        Map<String, int[]> modelProbes = ModelSuite.widths(space.full(), space.minimum());
        int total = baseProbes.size() + modelProbes.size();
        ProbeTimer timer = new ProbeTimer(threads, 20, 300, PER_PROBE.toNanos());
        List<Timing> baseTimings = new ArrayList<>();
        baseProbes.forEach((name, graph) -> {
            progress.at("measure", baseTimings.size(), total, -1, name);
            baseTimings.add(timer.time(name, graph));
        });
        List<Timing> modelTimings = new ArrayList<>();
        modelProbes.forEach((name, widths) -> {
            progress.at("measure", baseProbes.size() + modelTimings.size(), total, -1, name);
            modelTimings.add(timer.time(name, network.shaped(widths)));
        });
        Timing dense = trial(base.graph());
        return new DeviceTimings(baseTimings, modelTimings, dense.medianMicros(), dense.p95Micros(), 1);
    }

    /** Adds timings of every model-suite probe in integers, by which another run can tell how fast they are here. */
    public DeviceTimings withIntegers(DeviceTimings measured, BaseModel base, WeightRange weights, Progress progress) {
        PrunableNetwork network = PrunableNetwork.of(base.graph());
        WidthSpace space = network.space(SUITE_STEP);
        Map<String, int[]> probes = ModelSuite.widths(space.full(), space.minimum());
        ProbeTimer timer = new ProbeTimer(threads, 20, 300, PER_PROBE.toNanos());
        List<Timing> timings = new ArrayList<>(measured.model());
        probes.forEach((name, widths) -> {
            String twin = name + IntegerSpeed.TWIN;
            progress.begins("measure", twin);
            timings.add(timer.time(twin, Quantiser.of(network.shaped(widths)).shaped(weights)));
        });
        return new DeviceTimings(
                measured.base(),
                timings,
                measured.denseP50Micros(),
                measured.denseP95Micros(),
                measured.correction(),
                measured.denseMillijoules());
    }

    /** Integer over float latency of one network: both take turns, so that a disturbance meets both. */
    double integersOverFloat(Graph floats, Graph integers) {
        Map<String, Timing> timings = inTurns(Map.of("float", () -> floats, "integers", () -> integers));
        return Objects.requireNonNull(timings.get("integers")).medianMicros()
                / Objects.requireNonNull(timings.get("float")).medianMicros();
    }

    /** What each of some networks takes here; of slow ones fewer samples are taken. */
    Map<String, Timing> inTurns(Map<String, Supplier<Graph>> networks) {
        return new ProbeTimer(threads, TURNS * 20, TRIAL_SAMPLES, PER_RACE.toNanos())
                .boundedBy(perModel, FEWEST_SAMPLES)
                .time(networks, TURNS, probe -> {});
    }

    /** What one finished network takes here: 500 inferences, or as many as 10 s hold, but 40 at least. */
    public Timing trial(Graph graph) {
        return new ProbeTimer(threads, TRIAL_SAMPLES, TRIAL_SAMPLES, 0)
                .boundedBy(perModel, FEWEST_SAMPLES)
                .time(ModelSuite.DENSE, graph);
    }
}
