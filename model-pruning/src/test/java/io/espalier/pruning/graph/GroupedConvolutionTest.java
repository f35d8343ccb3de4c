package io.espalier.pruning.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several groups, each over several channels: all groups must stay equally wide. */
class GroupedConvolutionTest {
    @Test
    void tiesTheChannelsAtTheSamePlaceOfEachGroup() {
        DependencyGroups groups = DependencyGroups.of(network(1));

        assertThat(groups.prunable()).extracting(ChannelGroup::id).containsExactly("conv1", "conv2", "conv3");
        assertThat(channels(groups, "conv1", "conv1_w")).containsExactly(0, 1, 2, 0, 1, 2);
        assertThat(channels(groups, "conv1", "conv2_w")).containsExactly(0, 1, 2);
        assertThat(channels(groups, "conv2", "conv2_w")).containsExactly(0, 1, 2, 3, 0, 1, 2, 3);
        assertThat(channels(groups, "conv2", "conv3_w")).containsExactly(0, 1, 2, 3, 0, 1, 2, 3);
    }

    @Test
    void keepsTheNumberOfGroups() {
        Graph pruned = Pruner.prune(network(1), Map.of("conv1", new int[] {1}, "conv2", new int[] {0, 3}));

        assertThat(pruned.node("conv2").intAttribute("group", 1)).isEqualTo(2);
        assertThat(pruned.constant("conv2_w").shape()).isEqualTo(Shape.of(4, 1, 3, 3));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void cutsLikeTheMask(long seed) {
        Pruning.assertCutEqualsMask(network(seed), seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void cutsAGroupedConvolutionOverAConcatOfUnequalPartsLikeTheMask(long seed) {
        NetworkBuilder net = new NetworkBuilder("grouped-concat", new Random(seed));
        String x = net.input("x", 2, 6, 6);
        String joined = net.concat(net.relu(net.conv(x, 5, 3, 1, 1)), net.conv(x, 3, 1, 1, 0));
        String y = net.relu(net.conv(joined, 4, 3, 1, 1, 2));

        Pruning.assertCutEqualsMask(net.build(net.gemm(net.flatten(y), 3)), seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void cutsAGroupedConvolutionOverTheInputLikeTheMask(long seed) {
        NetworkBuilder net = new NetworkBuilder("grouped-first", new Random(seed));
        String x = net.relu(net.conv(net.input("x", 4, 6, 6), 6, 3, 1, 1, 2));
        Graph graph = net.build(net.gemm(net.flatten(x), 3));

        assertThat(DependencyGroups.of(graph).prunable())
                .extracting(ChannelGroup::size)
                .containsExactly(3);
        Pruning.assertCutEqualsMask(graph, seed);
    }

    private static int[] channels(DependencyGroups groups, String group, String tensor) {
        return groups.group(group).members().stream()
                .filter(member -> member.tensor().equals(tensor))
                .findFirst()
                .orElseThrow()
                .channels();
    }

    private static Graph network(long seed) {
        NetworkBuilder net = new NetworkBuilder("grouped", new Random(seed));
        String x = net.relu(net.batchNorm(net.conv(net.input("x", 3, 8, 8), 6, 3, 1, 1)));
        x = net.relu(net.batchNorm(net.conv(x, 8, 3, 1, 1, 2)));
        x = net.relu(net.conv(x, 5, 1, 1, 0));
        return net.build(net.gemm(net.flatten(net.globalAveragePool(x)), 3));
    }
}
