package io.espalier.pruning.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two heads over one trunk, and an output in the middle of the network. */
class TwoOutputsTest {
    @Test
    void keepsBothHeadsDenseAndTheTrunkPrunable() {
        DependencyGroups groups = DependencyGroups.of(network(1));

        assertThat(groups.prunable()).extracting(ChannelGroup::id).containsExactly("conv1", "conv2");
        assertThat(groups.keptDense()).extracting(ChannelGroup::id).containsExactly("dense1", "dense2");
        assertThat(groups.group("dense2").keptDenseBecause()).hasValue("it is the graph output 'dense2'");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void cutsLikeTheMask(long seed) {
        Graph pruned = Pruning.assertCutEqualsMask(network(seed), seed);

        assertThat(pruned.outputs()).isEqualTo(network(seed).outputs());
    }

    @Test
    void keepsAChannelDenseThatIsAnOutputAndIsReadOn() {
        NetworkBuilder net = new NetworkBuilder("tapped", new Random(1));
        String x = net.conv(net.input("x", 2, 6, 6), 5, 3, 1, 1);
        Graph graph = net.build(x, net.gemm(net.flatten(x), 3));

        assertThat(DependencyGroups.of(graph).group("conv1").keptDenseBecause())
                .hasValue("it is the graph output 'conv1'");
        assertThat(Pruner.prune(graph, Map.of())).isEqualTo(graph);
    }

    private static Graph network(long seed) {
        NetworkBuilder net = new NetworkBuilder("two-heads", new Random(seed));
        String x = net.relu(net.conv(net.input("x", 2, 6, 6), 5, 3, 1, 1));
        String first = net.gemm(net.flatten(x), 3);
        String second = net.gemm(net.flatten(net.globalAveragePool(net.conv(x, 4, 3, 1, 0))), 2);
        return net.build(first, second);
    }
}
