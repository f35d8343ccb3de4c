package io.espalier.pruning.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConcatTest {
    @Test
    void keepsThePartsOfAConcatApart() {
        DependencyGroups groups = DependencyGroups.of(network(1));

        assertThat(groups.prunable()).extracting(ChannelGroup::id).containsExactly("conv1", "conv2", "conv3");
        ChannelMember reader = groups.group("conv2").members().stream()
                .filter(member -> member.role() == ChannelRole.INPUT)
                .findFirst()
                .orElseThrow();
        assertThat(reader.channels()).containsExactly(-1, -1, -1, -1, 0, 1, 2);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void cutsLikeTheMask(long seed) {
        Pruning.assertCutEqualsMask(network(seed), seed);
    }

    private static Graph network(long seed) {
        NetworkBuilder net = new NetworkBuilder("concat", new Random(seed));
        String x = net.input("x", 2, 8, 8);
        String a = net.relu(net.conv(x, 4, 3, 1, 1));
        String b = net.relu(net.conv(x, 3, 1, 1, 0));
        String y = net.relu(net.conv(net.concat(a, b), 5, 3, 2, 1));
        return net.build(net.gemm(net.flatten(y), 3));
    }
}
