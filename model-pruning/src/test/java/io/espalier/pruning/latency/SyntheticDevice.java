package io.espalier.pruning.latency;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
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

    public double micros(List<FusedOperator> network) {
        double micros = floorMicros;
        for (FusedOperator op : network) {
            boolean aligned = op.outChannels() % step.alignment() == 0
                    && (op.inChannels() < step.block() || op.inChannels() % step.alignment() == 0);
            double in = op.inChannels() < step.block() ? op.inChannels() : step.padded(op.inChannels());
            double work = aligned ? in * step.padded(op.outChannels()) : 1.7 * op.inChannels() * op.outChannels();
            double perMac = switch (op.kind()) {
                case CONVOLUTION -> work / op.groups() * op.kernelArea() * op.outputPositions() / macsPerMicro;
                case DEPTHWISE -> 3.0 * op.outChannels() * op.kernelArea() * op.outputPositions() / macsPerMicro;
                case MATRIX -> 2.0 * op.macs() / macsPerMicro;
                case POOL -> 0.5 * op.outChannels() * op.kernelArea() * op.outputPositions() / macsPerMicro;
                case ELEMENTWISE -> (double) op.outChannels() * op.outputPositions() / macsPerMicro;
            };
            micros += 0.4 + perMac;
        }
        return micros * slowdown;
    }

    public DeviceTimings measured(long seed) {
        Random random = new Random(seed);
        List<Timing> base = new ArrayList<>();
        BaseSuite.make().networks().forEach((name, network) -> base.add(timing(name, micros(network), random)));
        List<Timing> model = new ArrayList<>();
        networks().forEach((name, network) -> model.add(timing(name, micros(network.operators()), random)));
        double dense = micros(network(FULL).operators());
        return new DeviceTimings(base, model, dense, dense * 1.1, 1);
    }

    private Timing timing(String name, double micros, Random random) {
        double median = micros * (1 + noise * random.nextGaussian());
        return new Timing(name, median, median * 1.1, 100, noise);
    }

    static Map<String, MeasuredNetwork> networks() {
        Map<String, MeasuredNetwork> networks = new LinkedHashMap<>();
        ModelSuite.widths(FULL, MINIMUM).forEach((name, widths) -> networks.put(name, network(widths)));
        return networks;
    }

    public static MeasuredNetwork network(int... widths) {
        return new MeasuredNetwork(widths, KernelCalls.of(cnn(widths)));
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
