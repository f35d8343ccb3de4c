package io.espalier.pruning.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.graph.Costs;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.graph.ReferenceNetworks;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelPlanTest {
    private static final ChannelStep BLOCKS_OF_8 = new ChannelStep(4, 8);

    @Test
    void withoutBlocksEveryLayerIsAPlainKernel() {
        Graph graph = ReferenceNetworks.sourceCnn(1);
        List<KernelCall> calls =
                KernelPlan.of(OperatorGraph.of(graph), ChannelStep.SMOOTH).calls();

        assertThat(words(calls))
                .containsExactly(
                        "PLAIN_SPATIAL 32",
                        "PLAIN_POOL 32",
                        "PLAIN_SPATIAL 64",
                        "PLAIN_POOL 64",
                        "PLAIN_SPATIAL 64",
                        "VIEW 576",
                        "MATRIX 64",
                        "MATRIX 10",
                        "ELEMENTWISE 10");
        assertThat(calls.stream()
                        .filter(KernelPlanTest::multiplies)
                        .mapToLong(KernelCall::work)
                        .sum())
                .isEqualTo(Costs.of(graph).macs());
    }

    @Test
    void padsToWholeBlocksAndReordersWhereAPoolCannot() {
        NetworkBuilder net = builder();
        String x = net.maxPool(net.relu(net.conv(net.input("x", 3, 8, 8), 12, 3, 1, 1)), 2);
        x = net.relu(net.conv(x, 20, 3, 1, 1));

        assertThat(words(plan(net.build(x), BLOCKS_OF_8)))
                .containsExactly(
                        "FIRST 16", "REORDER_OUT 12", "PLAIN_POOL 12", "REORDER_IN 16", "SPATIAL 24", "REORDER_OUT 20");
    }

    @Test
    void leavesTheBlocksForChannelsThatMissTheAlignment() {
        NetworkBuilder net = builder();
        String x = net.relu(net.conv(net.input("x", 16, 8, 8), 18, 3, 1, 1));
        x = net.relu(net.conv(x, 18, 3, 1, 1, 18));
        x = net.relu(net.conv(x, 16, 1, 1, 0));

        assertThat(words(plan(net.build(x), BLOCKS_OF_8)))
                .containsExactly(
                        "REORDER_IN 16", "SPATIAL 24", "REORDER_OUT 18", "PLAIN_DEPTHWISE 18", "PLAIN_POINTWISE 16");
    }

    @Test
    void lastConvolutionOfAResidualBlockTakesAdditionAndActivationAlong() {
        for (ChannelStep step : List.of(BLOCKS_OF_8, ChannelStep.SMOOTH)) {
            NetworkBuilder net = builder();
            String x = net.relu(net.conv(net.input("x", 3, 8, 8), 16, 3, 1, 1));
            String y = net.conv(net.relu(net.conv(x, 16, 3, 1, 1)), 16, 3, 1, 1);
            List<KernelCall> calls = plan(net.build(net.relu(net.add(y, x))), step);

            assertThat(calls.stream().filter(KernelCall::adds)).as("%s", step).hasSize(1);
            assertThat(calls).extracting(KernelCall::kind).doesNotContain(KernelCall.Kind.ELEMENTWISE);
        }
    }

    @Test
    void callsWhatTheRuntimeCallsOnThisMachine(@TempDir Path folder) throws Exception {
        int block = RuntimeGraph.block(folder);
        ChannelStep step = block == 1 ? ChannelStep.SMOOTH : new ChannelStep(4, block);
        Random random = new Random(7);
        for (int i = 0; i < 12; i++) {
            for (Graph graph : List.of(plain(random), joined(random), residual(random), separable(random))) {
                assertThat(RuntimeGraph.words(plan(graph, step)))
                        .as("%s, number %d, %s", graph.name(), i, step)
                        .isEqualTo(RuntimeGraph.calls(graph, folder));
            }
        }
    }

    private static Graph plain(Random random) {
        NetworkBuilder net = new NetworkBuilder("plain", new SplittableRandom(1));
        String x = net.input("x", 1, 20, 20);
        x = net.maxPool(net.relu(net.conv(x, width(random), 3, 1, 0)), 2);
        x = net.maxPool(net.relu(net.conv(x, width(random), 3, 1, 0)), 2);
        x = net.relu(net.gemm(net.flatten(net.relu(net.conv(x, width(random), 3, 1, 0))), width(random)));
        return net.build(net.softmax(net.gemm(x, 10)));
    }

    /** A pool and a join whose inputs are not in blocks although their channels would do. */
    private static Graph joined(Random random) {
        NetworkBuilder net = new NetworkBuilder("joined", new SplittableRandom(1));
        String x = net.relu(net.conv(net.input("x", 3, 16, 16), 18 + 2 * random.nextInt(2), 3, 1, 1));
        x = net.maxPool(net.relu(net.conv(x, 32, 3, 1, 1)), 2);
        String y = net.relu(net.conv(x, width(random), 3, 1, 1));
        String z = net.concat(y, net.relu(net.conv(x, width(random), 1, 1, 0)));
        return net.build(net.globalAveragePool(z));
    }

    private static Graph residual(Random random) {
        NetworkBuilder net = new NetworkBuilder("residual", new SplittableRandom(1));
        int trunk = width(random);
        int wide = width(random);
        String x = net.relu(net.batchNorm(net.conv(net.input("x", 3, 16, 16), trunk, 3, 1, 1)));
        String y = net.conv(net.relu(net.conv(x, width(random), 3, 1, 1)), trunk, 3, 1, 1);
        x = net.relu(net.add(y, x));
        y = net.conv(net.relu(net.conv(x, width(random), 3, 2, 1)), wide, 3, 1, 1);
        x = net.relu(net.add(net.conv(x, wide, 1, 2, 0), y));
        return net.build(net.gemm(net.flatten(net.globalAveragePool(x)), 10));
    }

    private static Graph separable(Random random) {
        NetworkBuilder net = new NetworkBuilder("separable", new SplittableRandom(1));
        int channels = width(random);
        String x = net.relu(net.conv(net.input("x", 3, 16, 16), channels, 3, 2, 1));
        for (int i = 0; i < 3; i++) {
            x = net.relu(net.conv(x, channels, 3, 1, 1, channels));
            channels = width(random);
            x = net.relu(net.conv(x, channels, 1, 1, 0));
        }
        return net.build(x);
    }

    /** Multiples of 4 mostly, and now and then none. */
    private static int width(Random random) {
        return random.nextInt(4) == 0 ? 2 + random.nextInt(46) : 4 * (1 + random.nextInt(12));
    }

    private static boolean multiplies(KernelCall call) {
        return switch (call.kind()) {
            case PLAIN_SPATIAL, PLAIN_POINTWISE, MATRIX -> true;
            default -> false;
        };
    }

    private static List<KernelCall> plan(Graph graph, ChannelStep step) {
        return KernelPlan.of(OperatorGraph.of(graph), step).calls();
    }

    private static List<String> words(List<KernelCall> calls) {
        return calls.stream()
                .map(call -> call.kind() + " " + call.outChannels())
                .toList();
    }

    private static NetworkBuilder builder() {
        return new NetworkBuilder("n", new SplittableRandom(1));
    }
}
