package io.espalier.pruning.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlattenTest {
    @Test
    void givesEachChannelABlockOfTheDenseLayer() {
        NetworkBuilder net = new NetworkBuilder("flatten", new Random(1));
        String x = net.conv(net.input("x", 1, 4, 4), 3, 3, 1, 0);
        Graph graph = net.build(net.gemm(net.flatten(x), 2));

        ChannelGroup group = DependencyGroups.of(graph).group("conv1");

        assertThat(group.size()).isEqualTo(3);
        assertThat(group.members())
                .filteredOn(member -> member.role() == ChannelRole.INPUT)
                .singleElement()
                .satisfies(member -> assertThat(member.channels()).containsExactly(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void cutsTheSourceNetworkLikeTheMask(long seed) {
        Graph pruned = Pruning.assertCutEqualsMask(ReferenceNetworks.sourceCnn(seed), seed);

        assertThat(Costs.of(pruned).macs()).isLessThan(2_794_240);
    }
}
