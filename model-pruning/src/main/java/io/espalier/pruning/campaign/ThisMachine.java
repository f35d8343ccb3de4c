package io.espalier.pruning.campaign;

import io.espalier.pruning.allocation.WidthSpace;
import io.espalier.pruning.evaluation.OnnxClassifier;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.latency.BaseSuite;
import io.espalier.pruning.latency.DeviceTimings;
import io.espalier.pruning.latency.ModelSuite;
import io.espalier.pruning.latency.ProbeTimer;
import io.espalier.pruning.latency.Timing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Measures the machine this runs on as if it were the device. */
public final class ThisMachine {
    private static final int SUITE_STEP = 4;
    private static final int TRIAL_SAMPLES = 500;
    private static final Duration PER_PROBE = Duration.ofMillis(60);

    private final int threads;

    public ThisMachine(int threads) {
        this.threads = threads;
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

    /** What one finished network takes here. */
    public Timing trial(Graph graph) {
        return new ProbeTimer(threads, TRIAL_SAMPLES, TRIAL_SAMPLES, 0).time(ModelSuite.DENSE, graph);
    }
}
