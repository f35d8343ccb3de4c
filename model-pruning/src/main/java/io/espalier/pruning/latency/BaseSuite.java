package io.espalier.pruning.latency;

import com.google.protobuf.ByteString;
import io.espalier.proto.v1.Probe;
import io.espalier.proto.v1.ProbeSuite;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.onnx.OnnxWriter;
import io.espalier.pruning.runtime.OperatorGraph;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * The micro-models every device times once, whatever model it will run.
 *
 * <p>They cover the kernels of small image networks at the sizes that occur there, so that whatever a base model calls has
 * neighbours among them: first convolutions, convolutions that widen, keep or halve, pointwise and depthwise ones, pools, a
 * residual block, dense layers, and channel counts on and off every step a runtime may have. They were chosen from three
 * times as many, one after the other, each the one that lowered the error of predictions most for its own time. One run of
 * all takes less than a millisecond on a server core, so a device 25 times slower times all of them within seconds. Names,
 * weights and bytes never change, so one digest names the suite everywhere.
 */
public final class BaseSuite {
    /** One 1x1 convolution of one value: what any network costs at least. */
    public static final String FLOOR = "floor-1x1";

    private static final long SEED = 20_261_101;

    private final Map<String, Graph> graphs = new LinkedHashMap<>();

    private BaseSuite() {
        probe(FLOOR, 1, 1, net -> net.bare(1, 1));
        probe("calls-4", 1, 1, net -> net.bare(1, 1).bare(1, 1).bare(1, 1).bare(1, 1));
        steps();
        firstLayers();
        convolutions();
        pointwise();
        depthwise();
        otherLayers();
        denseLayers();
    }

    /** The suite; the same at every call. */
    public static BaseSuite make() {
        return new BaseSuite();
    }

    /** Both layers of a chain see the same channels: on and off multiples of 16, 8, 4 and 2. */
    private void steps() {
        for (int width : new int[] {16, 20, 24, 25, 26, 28, 32}) {
            probe("chain3x3-" + width, width, 8, net -> net.conv(width, 3).conv(width, 3));
        }
        for (int width : new int[] {20, 26}) {
            probe("chain1x1-" + width, width, 14, net -> net.conv(width, 1).conv(width, 1));
        }
    }

    private void firstLayers() {
        for (int[] s : new int[][] {{1, 8, 26}, {3, 8, 32}, {12, 16, 32}}) {
            probe("first3x3-" + word(s), s[0], s[2], net -> net.conv(s[1], 3));
        }
        probe("first3x3-8x64-valid", 8, 5, net -> net.valid(64, 3));
        probe("first5x5-1x8", 1, 28, net -> net.valid(8, 5));
        probe("first1x1-12x64x8", 12, 8, net -> net.conv(64, 1));
        probe("first1x1-8x32x16-half", 8, 16, net -> net.conv(32, 1, 2));
    }

    private void convolutions() {
        for (int[] s : new int[][] {{16, 64, 12}, {32, 32, 4}, {32, 48, 8}, {48, 16, 8}, {96, 32, 4}}) {
            probe("conv3x3-" + word(s), s[0], s[2], net -> net.conv(s[1], 3));
        }
        probe("conv3x3-16x32x16-half", 16, 16, net -> net.conv(32, 3, 2));
        probe("conv3x3-48x48x7-valid", 48, 7, net -> net.valid(48, 3));
        probe("wider-48", 24, 8, net -> net.conv(48, 3).conv(48, 3));
    }

    private void pointwise() {
        for (int[] s : new int[][] {{16, 16, 16}, {32, 16, 8}, {48, 24, 16}}) {
            probe("conv1x1-" + word(s), s[0], s[2], net -> net.conv(s[1], 1));
        }
    }

    private void depthwise() {
        for (int[] s : new int[][] {{8, 32}, {18, 14}, {32, 16}, {64, 8}}) {
            probe("depthwise-" + word(s), s[0], s[1], net -> net.depthwise(1));
        }
        for (int[] s : new int[][] {{12, 32, 24}, {32, 16, 32}}) {
            probe(
                    "separable-" + word(s),
                    s[0],
                    s[1],
                    net -> net.conv(s[0], 1).depthwise(1).conv(s[2], 1));
        }
    }

    private void otherLayers() {
        probe("residual-36x8", 36, 8, net -> net.conv(36, 1).residual());
        for (int[] s : new int[][] {{12, 12}, {60, 10}}) {
            probe("pool-" + word(s), 1, s[1], net -> net.conv(s[0], 3).pool());
        }
        for (int[] s : new int[][] {{44, 8}, {120, 4}}) {
            probe("mean-" + word(s), 8, s[1], net -> net.conv(s[0], 1).mean());
        }
        probe("relu-16", 16, 16, ProbeNet::relu);
        probe("relu-48", 48, 24, ProbeNet::relu);
        probe("net-8", 1, 28, net -> net.valid(8, 3).pool().valid(16, 3).pool().head(16));
    }

    private void denseLayers() {
        for (int[] s : new int[][] {{32, 32}, {64, 10}, {144, 24}, {400, 40}}) {
            NetworkBuilder builder = builder("gemm-" + word(s));
            graphs.put(
                    "gemm-" + word(s), builder.build(builder.relu(builder.gemm(builder.input("input", s[0]), s[1]))));
        }
        NetworkBuilder two = builder("gemm-2");
        String hidden = two.relu(two.gemm(two.input("input", 128), 48));
        graphs.put("gemm-2", two.build(two.softmax(two.gemm(hidden, 10))));
    }

    /** The probes, by name, in the order in which they are timed. */
    public Map<String, Graph> graphs() {
        return Collections.unmodifiableMap(graphs);
    }

    /** The probes as the latency model sees them, by name. */
    public Map<String, OperatorGraph> networks() {
        Map<String, OperatorGraph> networks = new LinkedHashMap<>();
        graphs.forEach((name, graph) -> networks.put(name, OperatorGraph.of(graph)));
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

    private static String word(int[] sizes) {
        StringBuilder word = new StringBuilder();
        for (int size : sizes) {
            word.append(word.isEmpty() ? "" : "x").append(size);
        }
        return word.toString();
    }

    private void probe(String name, int channels, int side, Consumer<ProbeNet> layers) {
        ProbeNet net = new ProbeNet(name, random(name), channels, side);
        layers.accept(net);
        graphs.put(name, net.build());
    }

    private static NetworkBuilder builder(String name) {
        return new NetworkBuilder(name, random(name));
    }

    private static SplittableRandom random(String name) {
        return new SplittableRandom(SEED + name.hashCode());
    }
}
