package io.espalier.pruning.latency;

import com.google.protobuf.ByteString;
import io.espalier.proto.v1.Probe;
import io.espalier.proto.v1.ProbeSuite;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.onnx.OnnxWriter;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * The micro-models every device times once, whatever model it will run.
 *
 * <p>Each is large enough to rise above the cost of a call and small enough that a slow device times all of them in
 * seconds. One family sweeps single channels between 24 and 32, where a runtime's channel step shows; the others set
 * the rate of each kernel. Names, weights and bytes never change, so one digest names the suite everywhere.
 */
public final class BaseSuite {
    /** One 1x1 convolution of one value: what any network costs at least. */
    public static final String FLOOR = "floor-1x1";

    private static final long SEED = 20_261_101;

    private final Map<String, Graph> graphs = new LinkedHashMap<>();

    private BaseSuite() {
        probe(FLOOR, 1, 1, net -> net.x = net.b.conv(net.x, 1, 1, 1, 0));
        for (int width : new int[] {8, 12, 16, 20, 24, 25, 26, 27, 28, 29, 30, 31, 32, 40, 48}) {
            probe("chain3x3-" + width, width, 8, net -> net.conv(width, 3).conv(width, 3));
        }
        for (int out : new int[] {4, 8, 16, 32}) {
            probe("first3x3-1x" + out, 1, 26, net -> net.conv(out, 3));
        }
        probe("first3x3-3x16", 3, 32, net -> net.conv(16, 3));
        probe("conv3x3-16x32", 16, 12, net -> net.conv(32, 3));
        probe("conv3x3-32x16", 32, 12, net -> net.conv(16, 3));
        probe("conv3x3-64x64", 64, 4, net -> net.conv(64, 3));
        probe("conv1x1-16x16", 16, 16, net -> net.conv(16, 1));
        probe("conv1x1-32x64", 32, 12, net -> net.conv(64, 1));
        probe("conv1x1-64x64", 64, 8, net -> net.conv(64, 1));
        probe("depthwise-16", 16, 16, net -> net.depthwise(16));
        probe("depthwise-64", 64, 8, net -> net.depthwise(64));
        dense("gemm-64x10", 64, 10);
        dense("gemm-256x64", 256, 64);
        dense("gemm-576x64", 576, 64);
        probe("pool-24", 1, 28, net -> net.conv(24, 3).pool());
        probe("pool-16", 1, 28, net -> net.conv(16, 3).pool());
        probe("pool-32", 1, 28, net -> net.conv(32, 3).pool());
        probe("net-8", 1, 28, net -> net.conv(8, 3).pool().conv(16, 3).pool().head(16));
        probe("net-16", 1, 28, net -> net.conv(16, 3).pool().conv(32, 3).pool().head(32));
    }

    /** The suite; the same at every call. */
    public static BaseSuite make() {
        return new BaseSuite();
    }

    /** The probes, by name, in the order in which they are timed. */
    public Map<String, Graph> graphs() {
        return Collections.unmodifiableMap(graphs);
    }

    /** Kernel calls of each probe, by name. */
    public Map<String, List<FusedOperator>> networks() {
        Map<String, List<FusedOperator>> networks = new LinkedHashMap<>();
        graphs.forEach((name, graph) -> networks.put(name, KernelCalls.of(graph)));
        return networks;
    }

    /** The suite as devices receive it; always the same bytes. */
    public byte[] bytes() {
        return bytes(graphs);
    }

    static byte[] bytes(Map<String, Graph> graphs) {
        ProbeSuite.Builder suite = ProbeSuite.newBuilder();
        graphs.forEach((name, graph) -> suite.addProbes(
                Probe.newBuilder().setName(name).setOnnx(ByteString.copyFrom(OnnxWriter.write(graph)))));
        return suite.build().toByteArray();
    }

    private void probe(String name, int channels, int side, Consumer<Net> layers) {
        Net net = new Net(name, channels, side);
        layers.accept(net);
        graphs.put(name, net.b.build(net.x));
    }

    private void dense(String name, int in, int out) {
        NetworkBuilder builder = builder(name);
        graphs.put(name, builder.build(builder.gemm(builder.input("input", in), out)));
    }

    private static NetworkBuilder builder(String name) {
        return new NetworkBuilder(name, new SplittableRandom(SEED + name.hashCode()));
    }

    /** A network under construction and its newest tensor. */
    private static final class Net {
        private final NetworkBuilder b;
        private String x;

        Net(String name, int channels, int side) {
            b = builder(name);
            x = b.input("input", channels, side, side);
        }

        Net conv(int out, int kernel) {
            x = b.relu(b.conv(x, out, kernel, 1, kernel / 2));
            return this;
        }

        Net depthwise(int channels) {
            x = b.relu(b.conv(x, channels, 3, 1, 1, channels));
            return this;
        }

        Net pool() {
            x = b.maxPool(x, 2);
            return this;
        }

        void head(int width) {
            x = b.gemm(b.relu(b.gemm(b.flatten(x), width)), 10);
        }
    }
}
