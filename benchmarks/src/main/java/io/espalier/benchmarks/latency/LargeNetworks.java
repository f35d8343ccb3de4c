package io.espalier.benchmarks.latency;

import io.espalier.pruning.graph.Costs;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;

/** Networks over images of some size, drawn by lot; weights do not matter to what they take. */
final class LargeNetworks {
    private static final long LEAST_ACTIVATIONS = 8 << 20;
    private static final long MOST_ACTIVATIONS = 96 << 20;
    private static final int OF_EACH_KIND = 2;

    private final Random random;

    private LargeNetworks(long seed) {
        this.random = new Random(seed);
    }

    private enum Kind {
        PLAIN,
        RESIDUAL,
        SEPARABLE,
        JOINED
    }

    /** Two of each kind, by name, each writing 8 to 96 MiB of activations. */
    static Map<String, Graph> draw(long seed) {
        LargeNetworks networks = new LargeNetworks(seed);
        Map<String, Graph> drawn = new LinkedHashMap<>();
        for (Kind kind : Kind.values()) {
            int wanted = drawn.size() + OF_EACH_KIND;
            while (drawn.size() < wanted) {
                int width = 8 + 2 * networks.random.nextInt(21);
                int side = 96 + 16 * networks.random.nextInt(11);
                Graph graph = networks.make(kind, width, side);
                long activations = Costs.of(graph).activationBytes();
                if (activations >= LEAST_ACTIVATIONS && activations <= MOST_ACTIVATIONS) {
                    drawn.put(
                            "%s %d wide, %d pixels".formatted(kind.name().toLowerCase(Locale.ROOT), width, side),
                            graph);
                }
            }
        }
        return drawn;
    }

    /** A network of one node. */
    static Graph oneNode() {
        NetworkBuilder net = new NetworkBuilder("one", new SplittableRandom(1));
        return net.build(net.conv(net.input("input", 1, 8, 8), 1, 3, 1, 1));
    }

    private Graph make(Kind kind, int width, int side) {
        NetworkBuilder net = new NetworkBuilder(kind.name(), new SplittableRandom(1));
        String x = net.input("input", 3, side, side);
        return switch (kind) {
            case PLAIN -> plain(net, x, width);
            case RESIDUAL -> residual(net, x, width);
            case SEPARABLE -> separable(net, x, width);
            case JOINED -> joined(net, x, width);
        };
    }

    private static Graph plain(NetworkBuilder net, String input, int width) {
        String x = input;
        for (int stage = 0; stage < 3; stage++) {
            x = net.relu(net.conv(x, width << stage, 3, 1, 1));
            x = net.maxPool(net.relu(net.conv(x, width << stage, 3, 1, 1)), 2);
        }
        return head(net, x);
    }

    private static Graph residual(NetworkBuilder net, String input, int width) {
        String x = net.relu(net.conv(input, width, 3, 1, 1));
        for (int stage = 0; stage < 3; stage++) {
            int stride = stage == 0 ? 1 : 2;
            String shortcut = stage == 0 ? x : net.conv(x, width << stage, 1, stride, 0);
            String y = net.relu(net.conv(x, width << stage, 3, stride, 1));
            x = net.relu(net.add(net.conv(y, width << stage, 3, 1, 1), shortcut));
        }
        return head(net, x);
    }

    private static Graph separable(NetworkBuilder net, String input, int width) {
        String x = net.relu(net.conv(input, width, 3, 2, 1));
        int channels = width;
        for (int block = 0; block < 6; block++) {
            x = net.relu(net.conv(x, channels, 3, 1 + block % 2, 1, channels));
            channels = block % 2 == 0 ? 2 * channels : channels;
            x = net.relu(net.conv(x, channels, 1, 1, 0));
        }
        return head(net, x);
    }

    private static Graph joined(NetworkBuilder net, String input, int width) {
        String x = net.relu(net.conv(input, width, 3, 2, 1));
        for (int layer = 0; layer < 3; layer++) {
            x = net.concat(x, net.relu(net.conv(x, width, 3, 1, 1)));
        }
        return head(net, x);
    }

    private static Graph head(NetworkBuilder net, String x) {
        return net.build(net.softmax(net.gemm(net.flatten(net.globalAveragePool(x)), 10)));
    }
}
