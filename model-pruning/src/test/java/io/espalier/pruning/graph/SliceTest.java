package io.espalier.pruning.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Channels cut into two halves, one of which goes through another convolution. */
class SliceTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void cutsLikeTheMask(long seed) {
        Pruning.assertCutEqualsMask(network(seed), seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void cutsASplitLikeTheMask(long seed) {
        NetworkBuilder net = new NetworkBuilder("split", new Random(seed));
        String x = net.relu(net.conv(net.input("x", 2, 6, 6), 7, 3, 1, 1));
        net.constant("sizes", Tensor.vector(3, 4));
        List<String> parts = net.op("Split", List.of(x, "sizes"), 2, Map.of("axis", Attribute.of(1L)));
        String swapped = net.concat(parts.get(1), parts.get(0));

        Pruning.assertCutEqualsMask(net.build(net.gemm(net.flatten(net.conv(swapped, 2, 3, 1, 0)), 2)), seed);
    }

    @Test
    void findsOneGroupThatAllPartsLieIn() {
        DependencyGroups groups = DependencyGroups.of(network(1));

        assertThat(groups.prunable()).extracting(ChannelGroup::id).containsExactly("conv1", "conv2");
        assertThat(groups.group("conv1").members())
                .filteredOn(member -> member.node().equals("conv2"))
                .singleElement()
                .satisfies(member -> assertThat(member.channels()).containsExactly(3, 4, 5));
    }

    @Test
    void refusesToEmptyAHalfAndCanCompleteTheChoice() {
        Graph graph = network(1);
        Map<String, int[]> onlyTheFirstHalf = Map.of("conv1", new int[] {0, 1});

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Pruner.prune(graph, onlyTheFirstHalf))
                .withMessageContaining("Nothing would be left of");
        assertThat(DependencyGroups.of(graph).withoutGaps(onlyTheFirstHalf).get("conv1"))
                .containsExactly(0, 1, 3);
    }

    private static Graph network(long seed) {
        NetworkBuilder net = new NetworkBuilder("sliced", new Random(seed));
        String x = net.relu(net.conv(net.input("x", 2, 6, 6), 6, 3, 1, 1));
        net.constant("axes", Tensor.vector(1));
        net.constant("zero", Tensor.vector(0));
        net.constant("three", Tensor.vector(3));
        net.constant("end", Tensor.vector(Integer.MAX_VALUE));
        String a = net.op("Slice", List.of(x, "zero", "three", "axes"), Map.of());
        String b = net.op("Slice", List.of(x, "three", "end", "axes"), Map.of());
        String y = net.concat(a, net.relu(net.conv(b, 4, 3, 1, 1)));
        return net.build(net.gemm(net.flatten(net.globalAveragePool(y)), 3));
    }
}
