package io.espalier.pruning.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqueezeExciteTest {
    @Test
    void tiesTheGateToWhatItMultiplies() {
        DependencyGroups groups = DependencyGroups.of(network(1));

        assertThat(groups.group("conv1").layers()).containsExactly("conv1", "conv3");
        assertThat(groups.prunable()).extracting(ChannelGroup::size).containsExactly(6, 2);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void cutsLikeTheMask(long seed) {
        Pruning.assertCutEqualsMask(network(seed), seed);
    }

    private static Graph network(long seed) {
        NetworkBuilder net = new NetworkBuilder("squeeze-excite", new Random(seed));
        String x = net.relu(net.conv(net.input("x", 3, 8, 8), 6, 3, 1, 1));
        String gate = net.relu(net.conv(net.globalAveragePool(x), 2, 1, 1, 0));
        gate = net.op("Sigmoid", List.of(net.conv(gate, 6, 1, 1, 0)), Map.of());
        x = net.op("Mul", List.of(x, gate), Map.of());
        return net.build(net.gemm(net.flatten(net.maxPool(x, 4)), 3));
    }
}
