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
    void keepsADepthwiseConvolutionOverTheInputDense() {
        NetworkBuilder net = new NetworkBuilder("depthwise-first", new Random(1));
        String x = net.relu(net.conv(net.input("x", 3, 6, 6), 3, 3, 1, 1, 3));
        DependencyGroups groups = DependencyGroups.of(net.build(net.gemm(net.flatten(x), 2)));

        assertThat(groups.group("conv1").keptDenseBecause())
                .hasValue("the depthwise convolution 'conv1' reads fixed channels");
    }

    private static Graph network(long seed, int multiplier) {
        NetworkBuilder net = new NetworkBuilder("depthwise", new Random(seed));
        String x = net.relu(net.batchNorm(net.conv(net.input("x", 3, 8, 8), 6, 3, 1, 1)));
        x = net.relu(net.batchNorm(net.conv(x, 6 * multiplier, 3, 1, 1, 6)));
        x = net.relu(net.conv(x, 5, 1, 1, 0));
        return net.build(net.gemm(net.flatten(net.globalAveragePool(x)), 3));
    }
}
