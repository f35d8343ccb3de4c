package io.espalier.pruning.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResidualAddTest {
    @Test
    void tiesTheBranchesOfAnAdd() {
        DependencyGroups groups = DependencyGroups.of(network(1));

        assertThat(groups.prunable()).extracting(ChannelGroup::id).containsExactly("conv1", "conv2");
        assertThat(groups.group("conv1").layers()).containsExactly("conv1", "conv3");
    }

    @Test
    void keepsTheOutputDenseAndSaysWhy() {
        ChannelGroup output = DependencyGroups.of(network(1)).group("dense1");

        assertThat(output.keptDenseBecause()).hasValue("Softmax 'softmax1' normalises over it");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void cutsLikeTheMask(long seed) {
        Pruning.assertCutEqualsMask(network(seed), seed);
    }

    private static Graph network(long seed) {
        NetworkBuilder net = new NetworkBuilder("residual", new Random(seed));
        String x = net.relu(net.batchNorm(net.conv(net.input("x", 3, 8, 8), 6, 3, 1, 1)));
        String y = net.relu(net.batchNorm(net.conv(x, 5, 3, 1, 1)));
        y = net.batchNorm(net.conv(y, 6, 3, 1, 1));
        x = net.relu(net.add(y, x));
        return net.build(net.softmax(net.gemm(net.flatten(net.globalAveragePool(x)), 4)));
    }
}
