package io.espalier.pruning.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DepthwiseTest {
    @Test
    void tiesADepthwiseConvolutionToItsInput() {
        DependencyGroups groups = DependencyGroups.of(network(1, 1));

        assertThat(groups.prunable()).extracting(ChannelGroup::id).containsExactly("conv1", "conv3");
        assertThat(groups.group("conv1").layers()).containsExactly("conv1", "conv2");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void cutsLikeTheMask(long seed) {
        Pruning.assertCutEqualsMask(network(seed, 1), seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void cutsAChannelMultiplierLikeTheMask(long seed) {
        Pruning.assertCutEqualsMask(network(seed, 2), seed);
    }

    @Test
    void keepsOtherGroupedConvolutionsDense() {
        NetworkBuilder net = new NetworkBuilder("grouped", new Random(1));
        String x = net.relu(net.conv(net.input("x", 2, 6, 6), 4, 3, 1, 1));
        x = net.relu(net.conv(x, 6, 3, 1, 1, 2));
        DependencyGroups groups = DependencyGroups.of(net.build(net.gemm(net.flatten(x), 2)));

        assertThat(groups.prunable()).isEmpty();
        assertThat(groups.group("conv1").keptDenseBecause())
                .hasValueSatisfying(reason -> assertThat(reason).contains("grouped convolution 'conv2' (2 groups)"));
    }

    private static Graph network(long seed, int multiplier) {
        NetworkBuilder net = new NetworkBuilder("depthwise", new Random(seed));
        String x = net.relu(net.batchNorm(net.conv(net.input("x", 3, 8, 8), 6, 3, 1, 1)));
        x = net.relu(net.batchNorm(net.conv(x, 6 * multiplier, 3, 1, 1, 6)));
        x = net.relu(net.conv(x, 5, 1, 1, 0));
        return net.build(net.gemm(net.flatten(net.globalAveragePool(x)), 3));
    }
}
