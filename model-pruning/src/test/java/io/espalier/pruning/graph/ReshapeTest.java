package io.espalier.pruning.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Channels merged with other axes, found again, and split apart. */
class ReshapeTest {
    @Test
    void followsChannelsThroughEveryShape() {
        ChannelGroup group = DependencyGroups.of(network(1)).group("conv1");

        assertThat(group.members())
                .filteredOn(member -> member.role() == ChannelRole.INPUT)
                .singleElement()
                .satisfies(member -> assertThat(member.channels())
                        .startsWith(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)
                        .hasSize(80));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void cutsLikeTheMask(long seed) {
        Pruning.assertCutEqualsMask(network(seed), seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void cutsAFlattenThatIsUndoneLikeTheMask(long seed) {
        NetworkBuilder net = new NetworkBuilder("undone", new Random(seed));
        String x = net.flatten(net.relu(net.conv(net.input("x", 2, 4, 4), 5, 3, 1, 1)));
        net.constant("image", Tensor.vector(0, 5, 4, 4));
        x = net.op("Reshape", List.of(net.relu(x), "image"), Map.of());
        Graph graph = net.build(net.gemm(net.flatten(net.conv(x, 4, 3, 1, 0)), 3));

        assertThat(DependencyGroups.of(graph).prunable())
                .extracting(ChannelGroup::size)
                .containsExactly(5, 4);
        Pruning.assertCutEqualsMask(graph, seed);
    }

    /** A 0 in the target copies the extent of the input, which is another axis once channels are gone. */
    @ParameterizedTest
    @CsvSource({"1, 0", "2, 0", "1, -1", "2, -1", "1, 4", "2, 4"})
    void cutsATargetThatCopiesAnExtentAsLargeAsTheChannels(long seed, int extent) {
        NetworkBuilder net = new NetworkBuilder("copied", new Random(seed));
        String x = net.relu(net.conv(net.input("x", 2, 1, 4), 4, 1, 1, 0));
        net.constant("axes", Tensor.vector(1));
        x = net.op("Unsqueeze", List.of(x, "axes"), Map.of());
        x = net.op("Reshape", List.of(x, net.constant("first", Tensor.vector(0, 1, 4, 4))), Map.of());
        x = net.op("Reshape", List.of(x, net.constant("second", Tensor.vector(0, 4, extent))), Map.of());
        Graph graph = net.build(net.gemm(net.flatten(x), 3));

        assertThat(DependencyGroups.of(graph).prunable())
                .extracting(ChannelGroup::size)
                .containsExactly(4);
        Pruning.assertCutEqualsMask(graph, seed);
    }

    @Test
    void keepsChannelsDenseThatAReshapeSplits() {
        NetworkBuilder net = new NetworkBuilder("split", new Random(1));
        String x = net.relu(net.conv(net.input("x", 2, 4, 4), 6, 3, 1, 1));
        net.constant("pairs", Tensor.vector(0, 3, 2, 4, 4));
        x = net.op("Reshape", List.of(x, "pairs"), Map.of());
        Graph graph = net.build(net.gemm(net.flatten(x), 3));

        assertThat(DependencyGroups.of(graph).group("conv1").keptDenseBecause())
                .hasValue("Reshape 'reshape1' splits it");
    }

    private static Graph network(long seed) {
        NetworkBuilder net = new NetworkBuilder("reshape", new Random(seed));
        String x = net.relu(net.conv(net.input("x", 2, 4, 4), 5, 3, 1, 1));
        net.constant("rows", Tensor.vector(-1, 5, 16));
        x = net.op("Reshape", List.of(x, "rows"), Map.of());
        net.constant("image", Tensor.vector(0, 5, 4, 4));
        x = net.op("Reshape", List.of(x, "image"), Map.of());
        net.constant("flat", Tensor.vector(-1, 80));
        x = net.op("Reshape", List.of(x, "flat"), Map.of());
        return net.build(net.gemm(x, 3));
    }
}
