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
 * neighbours among them: first convolutions, convolutions that widen, keep or halve, pointwise and depthwise ones, pools,
 * residual blocks, dense layers, and channel counts on and off every step a runtime may have. Each is small enough that a
 * slow device times all of them within a minute. Names, weights and bytes never change, so one digest names the suite
 * everywhere.
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
        residuals();
        pools();
        denseLayers();
        wholeNetworks();
    }

    /** The suite; the same at every call. */
    public static BaseSuite make() {
        return new BaseSuite();
    }

    /** Both layers of a chain see the same channels: on and off multiples of 16, 8, 4 and 2. */
    private void steps() {
        for (int width : new int[] {8, 12, 16, 20, 24, 25, 26, 28, 32, 40, 48}) {
            probe("chain3x3-" + width, width, 8, net -> net.conv(width, 3).conv(width, 3));
        }
        for (int width : new int[] {12, 20, 26, 36}) {
            probe("chain1x1-" + width, width, 14, net -> net.conv(width, 1).conv(width, 1));
        }
    }

    private void firstLayers() {
        int[][] inOutSideStride = {
            {1, 8, 26, 1},
            {1, 16, 28, 1},
            {1, 32, 26, 1},
            {3, 8, 32, 1},
            {3, 16, 32, 1},
            {3, 32, 32, 2},
            {3, 8, 96, 2},
            {4, 16, 16, 1},
            {4, 48, 32, 1},
            {8, 32, 8, 1},
            {8, 8, 28, 1},
            {8, 32, 16, 2},
            {12, 16, 32, 1},
            {12, 24, 16, 2},
            {12, 48, 8, 1},
            {12, 64, 11, 1},
            {4, 8, 5, 1}
        };
        for (int[] s : inOutSideStride) {
            probe("first3x3-" + word(s), s[0], s[2], net -> net.conv(s[1], 3, s[3]));
        }
        probe("first5x5-1x8", 1, 28, net -> net.valid(8, 5));
        probe("first5x5-1x20", 1, 28, net -> net.valid(20, 5));
        probe("first5x5-4x32", 4, 12, net -> net.valid(32, 5));
        probe("first5x5-12x50", 12, 12, net -> net.valid(50, 5));
        probe("first3x3-1x24-valid", 1, 28, net -> net.valid(24, 3));
        probe("first3x3-12x40-valid", 12, 13, net -> net.valid(40, 3));
        probe("first3x3-8x64-valid", 8, 5, net -> net.valid(64, 3));
        int[][] narrow = {
            {4, 16, 16, 1}, {4, 24, 32, 1}, {8, 24, 16, 1}, {12, 32, 32, 1}, {12, 64, 8, 1}, {8, 32, 16, 2}
        };
        for (int[] s : narrow) {
            probe("first1x1-" + word(s), s[0], s[2], net -> net.conv(s[1], 1, s[3]));
        }
    }

    private void convolutions() {
        int[][] inOutSideStride = {
            {16, 16, 32, 1}, {16, 16, 16, 1}, {16, 32, 32, 2}, {16, 32, 16, 2}, {16, 64, 12, 1}, {16, 16, 64, 1},
            {32, 16, 12, 1}, {32, 32, 16, 1}, {32, 32, 4, 1}, {32, 64, 16, 2}, {32, 48, 8, 1}, {48, 32, 16, 1},
            {48, 16, 8, 1}, {64, 64, 4, 1}, {64, 32, 6, 1}, {64, 16, 8, 1}, {64, 48, 8, 2}, {96, 32, 4, 1},
            {20, 40, 14, 1}, {36, 20, 20, 1}, {44, 60, 8, 1}
        };
        for (int[] s : inOutSideStride) {
            probe("conv3x3-" + word(s), s[0], s[2], net -> net.conv(s[1], 3, s[3]));
        }
        int[][] valid = {
            {16, 32, 13, 3}, {32, 64, 13, 3}, {48, 48, 7, 3}, {64, 32, 5, 3}, {16, 32, 12, 5}, {32, 48, 12, 5}
        };
        for (int[] s : valid) {
            probe("valid-" + word(s), s[0], s[2], net -> net.valid(s[1], s[3]));
        }
        probe("wider-24", 8, 16, net -> net.conv(24, 3).conv(32, 3, 2));
        probe("wider-48", 24, 8, net -> net.conv(48, 3).conv(48, 3));
    }

    private void pointwise() {
        int[][] inOutSideStride = {
            {16, 16, 16, 1},
            {16, 32, 32, 1},
            {16, 32, 48, 1},
            {32, 64, 12, 1},
            {64, 64, 8, 1},
            {64, 128, 4, 1},
            {128, 128, 4, 1},
            {48, 24, 16, 1},
            {96, 32, 8, 1},
            {16, 96, 14, 1},
            {16, 32, 32, 2},
            {32, 64, 16, 2},
            {32, 16, 8, 1}
        };
        for (int[] s : inOutSideStride) {
            probe("conv1x1-" + word(s), s[0], s[2], net -> net.conv(s[1], 1, s[3]));
        }
    }

    private void depthwise() {
        int[][] channelsSideStride = {
            {8, 32, 1},
            {16, 16, 1},
            {16, 32, 1},
            {16, 32, 2},
            {18, 14, 1},
            {32, 16, 1},
            {32, 48, 2},
            {48, 28, 1},
            {48, 16, 2},
            {64, 8, 1},
            {96, 8, 1},
            {128, 4, 1}
        };
        for (int[] s : channelsSideStride) {
            probe("depthwise-" + word(s), s[0], s[1], net -> net.depthwise(s[2]));
        }
        for (int[] s : new int[][] {{12, 32, 24}, {24, 16, 48}, {32, 16, 32}, {48, 8, 64}, {96, 8, 44}}) {
            probe(
                    "separable-" + word(s),
                    s[0],
                    s[1],
                    net -> net.conv(s[0], 1).depthwise(1).conv(s[2], 1));
        }
    }

    private void residuals() {
        for (int[] s : new int[][] {{8, 32}, {12, 32}, {16, 32}, {24, 16}, {32, 16}, {36, 8}, {64, 8}}) {
            probe("residual-" + word(s), s[0], s[1], net -> net.conv(s[0], 1).residual());
        }
    }

    private void pools() {
        int[][] channelsSide = {{12, 12}, {16, 28}, {20, 24}, {24, 28}, {32, 26}, {48, 14}, {60, 10}, {64, 12}};
        for (int[] s : channelsSide) {
            probe("pool-" + word(s), 1, s[1], net -> net.conv(s[0], 3).pool());
        }
        for (int[] s : new int[][] {{16, 8}, {44, 8}, {64, 8}, {120, 4}}) {
            probe("mean-" + word(s), 8, s[1], net -> net.conv(s[0], 1).mean());
        }
        probe("relu-16", 16, 16, ProbeNet::relu);
        probe("relu-48", 48, 24, ProbeNet::relu);
    }

    private void denseLayers() {
        for (int[] s :
                new int[][] {{32, 32}, {64, 10}, {144, 24}, {256, 64}, {400, 40}, {576, 64}, {784, 64}, {1024, 32}}) {
            NetworkBuilder builder = builder("gemm-" + word(s));
            graphs.put(
                    "gemm-" + word(s), builder.build(builder.relu(builder.gemm(builder.input("input", s[0]), s[1]))));
        }
        NetworkBuilder two = builder("gemm-2");
        String hidden = two.relu(two.gemm(two.input("input", 128), 48));
        graphs.put("gemm-2", two.build(two.softmax(two.gemm(hidden, 10))));
    }

    private void wholeNetworks() {
        for (int width : new int[] {8, 16}) {
            probe(
                    "net-" + width,
                    1,
                    28,
                    net -> net.valid(width, 3).pool().valid(2 * width, 3).pool().head(2 * width));
        }
        probe(
                "deep-12",
                3,
                32,
                net -> net.conv(12, 3)
                        .residual()
                        .conv(24, 3, 2)
                        .residual()
                        .mean()
                        .head(0));
        probe(
                "deep-16",
                3,
                32,
                net -> net.conv(16, 3)
                        .residual()
                        .conv(32, 3, 2)
                        .residual()
                        .mean()
                        .head(0));
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
