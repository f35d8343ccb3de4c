package io.espalier.pruning.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Channels last, as networks from TensorFlow have them. */
class TransposeTest {
    @Test
    void givesEachChannelEveryCthFeature() {
        ChannelGroup group = DependencyGroups.of(network(1)).group("conv1");

        assertThat(group.members())
                .filteredOn(member -> member.role() == ChannelRole.INPUT)
                .singleElement()
                .satisfies(member -> assertThat(member.channels()).startsWith(0, 1, 2, 3, 4, 0, 1, 2, 3, 4));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void cutsLikeTheMask(long seed) {
        Pruning.assertCutEqualsMask(network(seed), seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void cutsArithmeticWithChannelsLastLikeTheMask(long seed) {
        NetworkBuilder net = new NetworkBuilder("scaled-last", new Random(seed));
        String x = net.relu(net.conv(net.input("x", 2, 4, 4), 5, 3, 1, 1));
        String last = net.op("Transpose", List.of(x), Map.of("perm", Attribute.ints(0, 2, 3, 1)));
        net.constant("scale", Tensor.ofFloats(new float[] {1, -2, 3, -4, 5}, 5));
        last = net.op("Mul", List.of(last, "scale"), Map.of());
        String first = net.op("Transpose", List.of(last), Map.of("perm", Attribute.ints(0, 3, 1, 2)));
        Graph graph = net.build(net.gemm(net.flatten(net.add(first, x)), 3));

        assertThat(DependencyGroups.of(graph).prunable())
                .extracting(ChannelGroup::size)
                .containsExactly(5);
        Pruning.assertCutEqualsMask(graph, seed);
    }

    @Test
    void keepsChannelsDenseThatAPoolTakesForHeights() {
        NetworkBuilder net = new NetworkBuilder("pooled-last", new Random(1));
        String x = net.conv(net.input("x", 2, 4, 4), 4, 3, 1, 1);
        x = net.op("Transpose", List.of(x), Map.of("perm", Attribute.ints(0, 2, 3, 1)));
        Graph graph = net.build(net.gemm(net.flatten(net.maxPool(x, 2)), 3));

        assertThat(DependencyGroups.of(graph).group("conv1").keptDenseBecause())
                .hasValue("MaxPool 'maxpool1' pools over it");
    }

    private static Graph network(long seed) {
        NetworkBuilder net = new NetworkBuilder("channels-last", new Random(seed));
        String x = net.op("Transpose", List.of(net.input("x", 6, 6, 2)), Map.of("perm", Attribute.ints(0, 3, 1, 2)));
        x = net.relu(net.conv(x, 5, 3, 1, 1));
        x = net.op("Transpose", List.of(x), Map.of("perm", Attribute.ints(0, 2, 3, 1)));
        net.constant("flat", Tensor.vector(0, -1));
        x = net.op("Reshape", List.of(x, "flat"), Map.of());
        return net.build(net.gemm(net.relu(net.gemm(x, 6)), 3));
    }
}
