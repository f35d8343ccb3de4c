package io.espalier.pruning.latency;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.graph.Costs;
import io.espalier.pruning.graph.NetworkBuilder;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class KernelCallsTest {
    @Test
    void countsTheSameMacsAsTheGraph() {
        assertThat(KernelCalls.of(SyntheticDevice.cnn(32, 64, 64, 64)).stream()
                        .mapToLong(FusedOperator::macs)
                        .sum())
                .isEqualTo(Costs.of(SyntheticDevice.cnn(32, 64, 64, 64)).macs());
    }

    @Test
    void seesActivationsAndNormalisationAsPartOfTheConvolution() {
        NetworkBuilder net = new NetworkBuilder("n", new SplittableRandom(1));
        String x = net.relu(net.batchNorm(net.conv(net.input("x", 3, 8, 8), 16, 3, 1, 1)));
        x = net.conv(x, 16, 3, 1, 1, 16);
        assertThat(KernelCalls.of(net.build(net.globalAveragePool(x))))
                .extracting(FusedOperator::kind)
                .containsExactly(FusedOperator.Kind.CONVOLUTION, FusedOperator.Kind.DEPTHWISE, FusedOperator.Kind.POOL);
    }
}
