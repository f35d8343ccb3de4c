package io.espalier.pruning.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The parameter-free shortcut of ResNet-20: a strided Slice, then zero channels around. */
class PaddedShortcutTest {
    @Test
    void leavesTheWidthsOfBothStagesIndependent() {
        DependencyGroups groups = DependencyGroups.of(network(1));

        assertThat(groups.prunable()).extracting(ChannelGroup::id).containsExactly("conv1", "conv2", "conv3");
        assertThat(groups.group("conv3").layers()).containsExactly("conv3");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void cutsLikeTheMask(long seed) {
        Pruning.assertCutEqualsMask(network(seed), seed);
    }

    @Test
    void staysAPlainPadWhereTheKeptChannelsLieTogether() {
        Graph graph = network(1);

        Graph pruned = Pruner.prune(graph, Map.of("conv1", new int[] {0, 2, 3}, "conv3", new int[] {1, 2, 4, 5, 7}));

        assertThat(pruned.nodes()).noneMatch(node -> node.is("Gather"));
        assertThat(Operands.pads(pruned, pruned.node("pad1"), 4)).containsExactly(0, 1, 0, 0, 0, 1, 0, 0);
    }

    @Test
    void gathersWhereAResidualChannelIsDroppedFromTheMiddle() {
        Graph pruned = Pruner.prune(network(1), Map.of("conv3", new int[] {0, 1, 2, 4, 5, 6, 7}));

        assertThat(pruned.nodes()).anyMatch(node -> node.is("Gather"));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void canBePrunedAgain(long seed) {
        Graph once = Pruning.assertCutEqualsMask(network(seed), seed);

        Pruning.assertCutEqualsMask(once, seed + 100);
    }

    static Graph network(long seed) {
        NetworkBuilder net = new NetworkBuilder("padded-shortcut", new Random(seed));
        String x = net.relu(net.batchNorm(net.conv(net.input("x", 3, 8, 8), 4, 3, 1, 1)));
        String y = net.relu(net.conv(x, 5, 3, 2, 1));
        y = net.conv(y, 8, 3, 1, 1);
        net.constant("starts", Tensor.vector(0, 0));
        net.constant("ends", Tensor.vector(Integer.MAX_VALUE, Integer.MAX_VALUE));
        net.constant("axes", Tensor.vector(2, 3));
        net.constant("steps", Tensor.vector(2, 2));
        net.constant("pads", Tensor.vector(0, 2, 0, 0, 0, 2, 0, 0));
        String s = net.op("Slice", List.of(x, "starts", "ends", "axes", "steps"), Map.of());
        s = net.op("Pad", List.of(s, "pads"), Map.of("mode", Attribute.of("constant")));
        x = net.relu(net.add(y, s));
        return net.build(net.gemm(net.flatten(net.globalAveragePool(x)), 3));
    }
}
