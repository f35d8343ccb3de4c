package io.espalier.pruning.latency;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.runtime.ChannelStep;
import io.espalier.pruning.runtime.KernelCall;
import io.espalier.pruning.runtime.KernelPlan;
import io.espalier.pruning.runtime.OperatorGraph;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;

/** A device whose true latencies follow a law the model does not know: rates, a channel step, noise. */
public record SyntheticDevice(
        ChannelStep step, double floorMicros, double macsPerMicro, double slowdown, double noise) {
    public static final int[] FULL = {32, 64, 64, 64};
    public static final int[] MINIMUM = {4, 4, 4, 4};

    public double micros(Graph graph) {
        return micros(OperatorGraph.of(graph));
    }

    public double micros(OperatorGraph network) {
        double micros = floorMicros;
        for (KernelCall call : KernelPlan.of(network, step).calls()) {
            double perOperation = switch (call.kind()) {
                case FIRST, FIRST_POINTWISE -> 1.2;
                case SPATIAL, POINTWISE -> 1;
                case PLAIN_SPATIAL, PLAIN_POINTWISE -> step.isBlocked() ? 1.7 : 1;
                case DEPTHWISE, PLAIN_DEPTHWISE -> 3;
                case MATRIX -> 2;
                case POOL -> 0.5;
                case PLAIN_POOL -> 2;
                case REORDER_IN, REORDER_OUT -> 4;
                case ELEMENTWISE -> 5;
                case VIEW -> 0;
            };
            micros += 0.4 + perOperation * call.work() / macsPerMicro;
        }
        return micros * slowdown;
    }

    public DeviceTimings measured(long seed) {
        Random random = new Random(seed);
        List<Timing> base = new ArrayList<>();
        BaseSuite.make().networks().forEach((name, network) -> base.add(timing(name, micros(network), random)));
        List<Timing> model = new ArrayList<>();
        networks().forEach((name, network) -> model.add(timing(name, micros(network), random)));
        double dense = micros(network(FULL));
        return new DeviceTimings(base, model, dense, dense * 1.1, 1);
    }

    private Timing timing(String name, double micros, Random random) {
        double median = micros * (1 + noise * random.nextGaussian());
        return new Timing(name, median, median * 1.1, 100, noise);
    }

    public static Map<String, OperatorGraph> networks() {
        Map<String, OperatorGraph> networks = new LinkedHashMap<>();
        ModelSuite.widths(FULL, MINIMUM).forEach((name, widths) -> networks.put(name, network(widths)));
        return networks;
    }

    public static OperatorGraph network(int... widths) {
        return OperatorGraph.of(cnn(widths));
    }

    static Graph cnn(int... w) {
        NetworkBuilder net = new NetworkBuilder("cnn", new SplittableRandom(1));
        String x = net.input("input", 1, 28, 28);
        x = net.maxPool(net.relu(net.conv(x, w[0], 3, 1, 0)), 2);
        x = net.maxPool(net.relu(net.conv(x, w[1], 3, 1, 0)), 2);
        x = net.relu(net.conv(x, w[2], 3, 1, 0));
        x = net.relu(net.gemm(net.flatten(x), w[3]));
        return net.build(net.softmax(net.gemm(x, 10)));
    }
}
