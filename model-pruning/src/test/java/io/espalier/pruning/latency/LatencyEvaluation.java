package io.espalier.pruning.latency;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;

/** Prints how well this machine's own latency is predicted. Run by hand on a quiet machine; not a test. */
final class LatencyEvaluation {
    private static final ProbeTimer PROBES = new ProbeTimer(1, 20, 300, 60_000_000);
    private static final ProbeTimer TRIAL = new ProbeTimer(1, 500, 500, 1);

    private LatencyEvaluation() {}

    public static void main(String[] arguments) {
        Map<String, Graph> base = BaseSuite.make().graphs();
        long start = System.nanoTime();
        List<Timing> baseTimings = new ArrayList<>();
        base.forEach((name, graph) -> baseTimings.add(PROBES.time(name, graph)));
        System.out.printf("base suite: %d probes in %.2f s%n", base.size(), (System.nanoTime() - start) / 1e9);
        baseTimings.forEach(t -> System.out.printf(
                "  %-16s %8.1f us p95 %8.1f n=%d noise %.3f%n",
                t.probe(), t.medianMicros(), t.p95Micros(), t.samples(), t.noise()));
        int[] full = {32, 64, 64, 64};
        Map<String, MeasuredNetwork> networks = new LinkedHashMap<>();
        List<Timing> modelTimings = new ArrayList<>();
        int[][] suite = {
            full,
            {4, 4, 4, 4},
            {24, 48, 48, 48},
            {16, 32, 32, 32},
            {8, 16, 16, 16},
            {28, 56, 60, 52},
            {32, 32, 16, 64},
            {16, 64, 32, 32},
            {8, 64, 64, 16},
            {24, 24, 64, 32},
            {20, 44, 36, 40},
            {12, 20, 24, 24}
        };
        for (int[] widths : suite) {
            String name = Arrays.equals(widths, full) ? ModelSuite.DENSE : "w-" + Arrays.toString(widths);
            networks.put(name, network(widths));
            modelTimings.add(PROBES.time(name, cnn(widths)));
        }
        Timing dense = TRIAL.time(ModelSuite.DENSE, cnn(full));
        DeviceTimings device = new DeviceTimings(baseTimings, modelTimings, dense.medianMicros(), dense.p95Micros(), 1);
        start = System.nanoTime();
        LatencyModel model = LatencyModel.learn(device, BaseSuite.make().networks(), networks);
        System.out.printf(
                "learned in %.0f ms: step %s, base error %.3f, leave-one-out %.3f%n",
                (System.nanoTime() - start) / 1e6, model.step(), model.baseSuiteError(), model.leaveOneOutError());
        modelTimings.forEach(t -> System.out.printf(
                "  %-24s %8.1f predicted %8.1f%n",
                t.probe(), t.medianMicros(), model.p50Micros(networks.getOrDefault(t.probe(), network(full)))));
        Random random = new Random(5);
        double sum50 = 0;
        double sum95 = 0;
        int n = 30;
        for (int i = 0; i < n; i++) {
            int[] widths = new int[full.length];
            for (int g = 0; g < full.length; g++) {
                widths[g] = 4 * (1 + random.nextInt(full[g] / 4));
            }
            Timing actual = TRIAL.time("x", cnn(widths));
            double p50 = model.p50Micros(network(widths));
            double p95 = model.p95Micros(network(widths));
            sum50 += Math.abs(p50 / actual.medianMicros() - 1) / n;
            sum95 += Math.abs(p95 / actual.p95Micros() - 1) / n;
            System.out.printf(
                    "  %-20s p50 %7.1f predicted %7.1f (%+5.1f %%)  p95 %7.1f predicted %7.1f (%+5.1f %%)%n",
                    Arrays.toString(widths),
                    actual.medianMicros(),
                    p50,
                    100 * (p50 / actual.medianMicros() - 1),
                    actual.p95Micros(),
                    p95,
                    100 * (p95 / actual.p95Micros() - 1));
        }
        System.out.printf("mean absolute error p50 %.2f %%, p95 %.2f %%%n", 100 * sum50, 100 * sum95);
    }

    private static MeasuredNetwork network(int[] widths) {
        return new MeasuredNetwork(widths, KernelCalls.of(cnn(widths)));
    }

    private static Graph cnn(int[] w) {
        NetworkBuilder net = new NetworkBuilder("cnn", new SplittableRandom(1));
        String x = net.input("input", 1, 28, 28);
        x = net.maxPool(net.relu(net.conv(x, w[0], 3, 1, 0)), 2);
        x = net.maxPool(net.relu(net.conv(x, w[1], 3, 1, 0)), 2);
        x = net.relu(net.conv(x, w[2], 3, 1, 0));
        x = net.relu(net.gemm(net.flatten(x), w[3]));
        return net.build(net.softmax(net.gemm(x, 10)));
    }
}
