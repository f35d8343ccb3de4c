package io.espalier.pruning.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One tensor read twice, one weight read twice, several outputs. */
class SharedInputTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void cutsATensorThatOneNodeReadsTwice(long seed) {
        NetworkBuilder net = new NetworkBuilder("twice", new Random(seed));
        String x = net.relu(net.conv(net.input("x", 2, 6, 6), 5, 3, 1, 1));
        x = net.concat(net.add(x, x), x);

        Pruning.assertCutEqualsMask(net.build(net.gemm(net.flatten(x), 3)), seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void cutsAWeightThatTwoLayersShare(long seed) {
        NetworkBuilder net = new NetworkBuilder("shared-weight", new Random(seed));
        String x = net.relu(net.conv(net.input("x", 2, 6, 6), 4, 3, 1, 1));
        String y = net.relu(net.conv(x, 4, 3, 1, 1));
        String z = net.relu(net.op(
                "Conv",
                List.of(y, "conv2_w", "conv2_b"),
                net.build().node("conv2").attributes()));
        Graph graph = net.build(net.gemm(net.flatten(z), 3));

        Pruning.assertCutEqualsMask(graph, seed);
        assertThat(DependencyGroups.of(graph).group("conv1").layers()).containsExactly("conv1", "conv2", "conv3");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void cutsBetweenSeveralOutputs(long seed) {
        NetworkBuilder net = new NetworkBuilder("two-heads", new Random(seed));
        String x = net.relu(net.conv(net.input("x", 2, 6, 6), 5, 3, 1, 1));
        String first = net.gemm(net.flatten(x), 3);
        String second = net.gemm(net.flatten(net.globalAveragePool(net.conv(x, 4, 3, 1, 0))), 2);

        Graph graph = net.build(first, second);

        Pruning.assertCutEqualsMask(graph, seed);
        assertThat(DependencyGroups.of(graph).prunable())
                .extracting(ChannelGroup::id)
                .containsExactly("conv1", "conv2");
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
}
