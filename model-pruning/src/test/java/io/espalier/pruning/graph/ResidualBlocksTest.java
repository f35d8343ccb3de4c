package io.espalier.pruning.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.espalier.pruning.onnx.RealModels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Residual branches that can be left out whole. */
class ResidualBlocksTest {
    @Test
    void findsABlockWithTheIdentityAsShortcut() {
        NetworkBuilder net = new NetworkBuilder("identity", new Random(1));
        String x = net.relu(net.conv(net.input("x", 3, 8, 8), 6, 3, 1, 1));
        Graph graph = head(net, identityBlock(net, x));

        assertThat(ResidualBlocks.find(graph)).singleElement().satisfies(block -> {
            assertThat(block.name()).isEqualTo("add1");
            assertThat(block.nodes()).containsExactly("conv2", "bn1", "relu2", "conv3", "bn2", "add1", "relu3");
            assertThat(block.groups()).containsExactly("conv2");
        });
        assertDroppingEqualsZeroing(graph, 1);
    }

    @Test
    void leavesOutTheReluBehindTheAddOnlyWhereItRepeatsOne() {
        NetworkBuilder net = new NetworkBuilder("bare", new Random(2));
        String x = net.conv(net.input("x", 3, 8, 8), 6, 3, 1, 1);
        Graph graph = head(net, identityBlock(net, x));

        Graph without = BlockDropper.drop(graph, ResidualBlocks.find(graph));

        assertThat(without.nodes())
                .extracting(Node::name)
                .containsExactly("conv1", "relu2", "globalaveragepool1", "flatten1", "dense1");
        assertThat(without.initializers()).containsOnlyKeys("conv1_w", "conv1_b", "dense1_w", "dense1_b");
        assertDroppingEqualsZeroing(graph, 2);
    }

    @Test
    void takesTheOneByOneConvolutionAsTheShortcut() {
        NetworkBuilder net = new NetworkBuilder("projection", new Random(3));
        String x = net.relu(net.conv(net.input("x", 3, 8, 8), 6, 3, 1, 1));
        String branch = net.conv(net.relu(net.conv(x, 5, 3, 2, 1)), 8, 3, 1, 1);
        String shortcut = net.batchNorm(net.conv(x, 8, 1, 2, 0));
        Graph graph = head(net, net.relu(net.add(branch, shortcut)));

        assertThat(ResidualBlocks.find(graph)).singleElement().satisfies(block -> {
            assertThat(block.shortcut()).isEqualTo("bn1");
            assertThat(block.nodes()).containsExactly("conv2", "relu2", "conv3", "add1");
            assertThat(block.groups()).containsExactly("conv2");
        });
        assertDroppingEqualsZeroing(graph, 3);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void takesThePaddedShortcutBeforeAndAfterPruning(long seed) {
        Graph graph = PaddedShortcutTest.network(seed);
        DependencyGroups groups = DependencyGroups.of(graph);
        Graph pruned = Pruner.prune(groups, Pruning.randomChoice(groups, new Random(seed)));

        assertThat(ResidualBlocks.find(groups)).hasSize(1);
        assertThat(ResidualBlocks.find(pruned)).hasSize(1);
        assertDroppingEqualsZeroing(graph, seed);
        assertDroppingEqualsZeroing(pruned, seed);
        assertThat(BlockDropper.drop(pruned, ResidualBlocks.find(groups)))
                .isEqualTo(BlockDropper.drop(pruned, ResidualBlocks.find(pruned)));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 2", "1, 3", "2, 1", "2, 2", "2, 3"})
    void canDropAnyBlocksOfARow(long seed, int mask) {
        NetworkBuilder net = new NetworkBuilder("row", new Random(seed));
        String x = net.relu(net.conv(net.input("x", 3, 8, 8), 6, 3, 1, 1));
        Graph graph = head(net, identityBlock(net, identityBlock(net, x)));
        List<DroppableBlock> blocks = new ArrayList<>(ResidualBlocks.find(graph));
        assertThat(blocks).extracting(DroppableBlock::name).containsExactly("add1", "add2");

        blocks.removeIf(block -> (mask & 1 << (block.name().equals("add1") ? 0 : 1)) == 0);

        Graph without = BlockDropper.drop(graph, blocks);
        Pruning.assertSameOutputs(zeroed(graph, blocks), without, seed);
        Pruning.assertCutEqualsMask(without, seed);
    }

    @Test
    void findsBlocksBeforeActivationAndInsideOneAnother() {
        NetworkBuilder net = new NetworkBuilder("nested", new Random(4));
        String x = net.conv(net.input("x", 3, 8, 8), 6, 3, 1, 1);
        String y = net.conv(net.relu(net.batchNorm(x)), 6, 3, 1, 1);
        String inner = net.add(y, net.conv(net.relu(y), 6, 3, 1, 1));
        Graph graph = head(net, net.add(x, net.conv(inner, 6, 1, 1, 0)));

        List<DroppableBlock> blocks = ResidualBlocks.find(graph);

        assertThat(blocks).extracting(DroppableBlock::name).containsExactly("add1", "add2");
        assertThat(blocks.get(1).nodes()).containsAll(blocks.get(0).nodes());
        assertDroppingEqualsZeroing(graph, 4);
        blocks.forEach(block ->
                Pruning.assertSameOutputs(zeroed(graph, List.of(block)), BlockDropper.drop(graph, List.of(block)), 4));
    }

    @Test
    void keepsABranchThatSomethingElseReads() {
        NetworkBuilder net = new NetworkBuilder("tapped", new Random(5));
        String x = net.relu(net.conv(net.input("x", 3, 8, 8), 6, 3, 1, 1));
        String branch = net.conv(x, 6, 3, 1, 1);
        String y = net.add(branch, x);
        Graph graph = net.build(net.gemm(net.flatten(y), 3), net.gemm(net.flatten(branch), 2));

        assertThat(ResidualBlocks.find(graph)).isEmpty();
    }

    @Test
    void keepsSumsOfBranchesOfWhichNoneIsAShortcut() {
        NetworkBuilder net = new NetworkBuilder("branches", new Random(6));
        String x = net.relu(net.conv(net.input("x", 3, 8, 8), 6, 3, 1, 1));
        String a = net.conv(x, 6, 3, 1, 1);
        String b = net.conv(net.relu(net.conv(x, 4, 3, 1, 1)), 6, 3, 1, 1);
        Graph graph = head(net, net.add(net.add(a, b), net.op("Sigmoid", List.of(x), Map.of())));

        assertThat(ResidualBlocks.find(graph)).isEmpty();
    }

    @Test
    void keepsTheNamesOfOutputsThatABlockMade() {
        NetworkBuilder net = new NetworkBuilder("output", new Random(7));
        String x = net.relu(net.conv(net.input("x", 3, 8, 8), 6, 3, 1, 1));
        String y = identityBlock(net, x);
        Graph graph = net.build(y, net.gemm(net.flatten(y), 3));

        Graph without = BlockDropper.drop(graph, ResidualBlocks.find(graph));

        assertThat(without.outputs()).isEqualTo(graph.outputs());
        assertDroppingEqualsZeroing(graph, 7);
    }

    @Test
    void dropsNothingWhereNothingIsAsked() {
        Graph graph = PaddedShortcutTest.network(1);

        assertThat(BlockDropper.drop(graph, List.of())).isEqualTo(graph);
    }

    @Test
    void refusesABlockOfAnotherGraph() {
        List<DroppableBlock> blocks = ResidualBlocks.find(PaddedShortcutTest.network(1));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> BlockDropper.drop(ReferenceNetworks.sourceCnn(1), blocks))
                .withMessage("Block 'add1' is not in this graph.");
    }

    @ParameterizedTest
    @CsvSource({"resnet8-cifar10.onnx, 3", "resnet20-cifar10.onnx, 9"})
    void findsTheBlocksOfRealNetworks(String file, int count) {
        Graph graph = RealModels.read(file);
        Graph folded = PaddedShortcuts.toConvolutions(BatchNormFolding.fold(graph));

        assertThat(ResidualBlocks.find(graph)).hasSize(count);
        assertThat(ResidualBlocks.find(folded)).hasSize(count);
        assertDroppingEqualsZeroing(graph, 1);
        for (DroppableBlock block : ResidualBlocks.find(folded)) {
            Graph without = BlockDropper.drop(folded, List.of(block));
            Pruning.assertSameOutputs(zeroed(folded, List.of(block)), without, 2);
            assertThat(Costs.of(without).macs()).isLessThan(Costs.of(folded).macs());
        }
    }

    /** Drops every block at once. */
    static void assertDroppingEqualsZeroing(Graph graph, long seed) {
        List<DroppableBlock> blocks = ResidualBlocks.find(graph);
        Graph without = BlockDropper.drop(graph, blocks);
        Pruning.assertSameOutputs(zeroed(graph, blocks), without, seed);
        blocks.forEach(block -> assertThat(without.nodes())
                .filteredOn(node -> !node.is("Identity"))
                .extracting(Node::name)
                .doesNotContainAnyElementsOf(block.nodes()));
    }

    /** The graph with the branch of each block multiplied by zero. */
    static Graph zeroed(Graph graph, List<DroppableBlock> blocks) {
        GraphBuilder builder = graph.toBuilder().initializer("nothing", Tensor.ofFloats(new float[] {0}));
        List<Node> nodes = new ArrayList<>(graph.nodes());
        for (DroppableBlock block : blocks) {
            Node add = graph.node(block.name());
            String branch = add.inputs().get(add.input().equals(block.shortcut()) ? 1 : 0);
            String zero = block.name() + "_branch_zeroed";
            nodes.replaceAll(node -> node.name().equals(add.name()) ? node.reading(branch, zero) : node);
            nodes.add(Node.of(zero, "Mul", List.of(branch, "nothing"), zero, Map.of()));
        }
        return builder.nodes(nodes).build();
    }

    private static String identityBlock(NetworkBuilder net, String x) {
        int channels = net.shape(x).dim(1);
        String branch = net.relu(net.batchNorm(net.conv(x, 4, 3, 1, 1)));
        return net.relu(net.add(net.batchNorm(net.conv(branch, channels, 3, 1, 1)), x));
    }

    private static Graph head(NetworkBuilder net, String x) {
        return net.build(net.gemm(net.flatten(net.globalAveragePool(x)), 3));
    }
}
