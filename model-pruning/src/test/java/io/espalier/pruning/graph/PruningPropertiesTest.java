package io.espalier.pruning.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.onnx.OnnxReader;
import io.espalier.pruning.onnx.OnnxWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Properties of every graph; the seed of a failing one is in the name of its test. */
class PruningPropertiesTest {
    private static final int GRAPHS = 320;

    static LongStream seeds() {
        return LongStream.rangeClosed(1, GRAPHS);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void holdOfRandomNetworks(long seed) {
        Graph graph = RandomNetworks.ofSeed(seed);

        Graph pruned = Pruning.assertCutEqualsMask(graph, seed);

        Graph read = OnnxReader.read(OnnxWriter.write(pruned));
        assertThat(OnnxReader.read(OnnxWriter.write(read))).isEqualTo(read);
        // One of the rarer rewritings for each graph: every one of them sees some eighty graphs.
        switch ((int) (seed % 4)) {
            case 0 -> Pruning.assertCutEqualsMask(pruned, seed + 1_000);
            case 1 -> Pruning.assertSameOutputs(graph, BatchNormFolding.fold(graph), seed);
            case 2 -> Pruning.assertSameOutputs(graph, PaddedShortcuts.toConvolutions(graph), seed);
            default -> Pruning.assertSameOutputs(pruned, read, seed);
        }
        dropsBlocksLikeZeroingThem(graph, seed);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void shrinkOnlyTheAxesOfTheChannelsThatGo(long seed) {
        Graph graph = RandomNetworks.ofSeed(seed);
        DependencyGroups groups = DependencyGroups.of(graph);
        Map<String, int[]> kept = Pruning.randomChoice(groups, new Random(seed));
        boolean[] removed = groups.removed(kept);

        Shapes after = Shapes.infer(Pruner.prune(groups, kept));

        for (Node node : graph.nodes()) {
            Shape expected = groups.shapes().of(node.output());
            ChannelLayout layout = groups.analysis().layout(node.output()).orElse(null);
            if (layout != null) {
                expected = expected.with(layout.axis(), ChannelAnalysis.keptPositions(layout.atoms(), removed).length);
            }
            assertThat(after.of(node.output()))
                    .as("%s, seed %d", node.label(), seed)
                    .isEqualTo(expected);
        }
    }

    @Test
    void areCheckedOnEveryTopology() {
        List<Graph> graphs = seeds().mapToObj(RandomNetworks::ofSeed).toList();

        assertThat(List.of("Concat", "Slice", "Pad", "Split", "Gather", "Transpose", "Reshape", "MatMul", "Mul", "Add"))
                .allSatisfy(type -> assertThat(graphs)
                        .as(type)
                        .filteredOn(graph -> graph.nodes().stream().anyMatch(node -> node.is(type)))
                        .hasSizeGreaterThan(GRAPHS / 10));
        assertThat(graphs).filteredOn(graph -> graph.outputs().size() == 2).hasSizeGreaterThan(GRAPHS / 10);
        assertThat(graphs).filteredOn(this::sharesWeights).hasSizeGreaterThan(GRAPHS / 10);
        assertThat(graphs).filteredOn(graph -> hasGroups(graph, false)).hasSizeGreaterThan(GRAPHS / 20);
        assertThat(graphs).filteredOn(graph -> hasGroups(graph, true)).hasSizeGreaterThan(GRAPHS / 10);
        assertThat(graphs)
                .filteredOn(graph -> !ResidualBlocks.find(graph).isEmpty())
                .hasSizeGreaterThan(GRAPHS / 5);
        assertThat(graphs)
                .filteredOn(graph -> DependencyGroups.of(graph).prunable().isEmpty())
                .hasSizeLessThan(GRAPHS / 10);
    }

    private static void dropsBlocksLikeZeroingThem(Graph graph, long seed) {
        List<DroppableBlock> blocks = new ArrayList<>(ResidualBlocks.find(graph));
        Random random = new Random(seed);
        blocks.removeIf(block -> random.nextInt(3) == 0);
        if (!blocks.isEmpty()) {
            Graph without = BlockDropper.drop(graph, blocks);
            Pruning.assertSameOutputs(ResidualBlocksTest.zeroed(graph, blocks), without, seed);
        }
    }

    private boolean sharesWeights(Graph graph) {
        return graph.nodes().stream()
                .anyMatch(node ->
                        node.is("Conv") && graph.consumers(node.inputs().get(1)).size() > 1);
    }

    private static boolean hasGroups(Graph graph, boolean depthwise) {
        return graph.nodes().stream()
                .anyMatch(node -> node.is("Conv")
                        && node.intAttribute("group", 1) > 1
                        && (graph.constant(node.inputs().get(1)).shape().dim(1) == 1) == depthwise);
    }
}
