package io.espalier.pruning.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One tensor that several nodes read, or that one node reads twice. */
class SharedInputTest {
    @Test
    void tiesWhatAnAddTiesAndNothingElse() {
        DependencyGroups groups = DependencyGroups.of(network(1));

        assertThat(groups.prunable()).extracting(ChannelGroup::id).containsExactly("conv1", "conv2");
        assertThat(groups.group("conv1").layers()).containsExactly("conv1", "conv3");
    }

    @Test
    void givesAChannelThatIsJoinedTwiceTwoPositions() {
        ChannelMember reader = DependencyGroups.of(network(1)).group("conv1").members().stream()
                .filter(member -> member.node().equals("dense1"))
                .findFirst()
                .orElseThrow();

        assertThat(reader.channels()).startsWith(0, 0, 0, 0).hasSize(2 * 5 * 4);
        assertThat(reader.channelAt(5 * 4)).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void cutsLikeTheMask(long seed) {
        Pruning.assertCutEqualsMask(network(seed), seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void cutsAProductWithItself(long seed) {
        NetworkBuilder net = new NetworkBuilder("squared", new Random(seed));
        String x = net.conv(net.input("x", 2, 6, 6), 5, 3, 1, 1);
        x = net.op("Mul", List.of(x, x), Map.of());

        Pruning.assertCutEqualsMask(net.build(net.gemm(net.flatten(x), 3)), seed);
    }

    /** One tensor goes to a branch of its own, twice into an Add and twice into a Concat. */
    private static Graph network(long seed) {
        NetworkBuilder net = new NetworkBuilder("twice", new Random(seed));
        String x = net.relu(net.conv(net.input("x", 2, 4, 4), 5, 3, 1, 1));
        String branch = net.conv(net.relu(net.conv(x, 3, 3, 1, 1)), 5, 1, 1, 0);
        String joined = net.concat(net.add(net.add(x, x), branch), x);
        return net.build(net.gemm(net.flatten(net.maxPool(joined, 2)), 3));
    }
}
