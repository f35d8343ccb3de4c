package io.espalier.pruning.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Where the channels of a group lie in computed tensors. */
class CarriersTest {
    private final NetworkBuilder net = new NetworkBuilder("carriers", new Random(1));

    @Test
    void followsChannelsThroughConcatAndFlatten() {
        String x = net.input("x", 1, 2, 1);
        String joined = net.concat(net.relu(net.conv(x, 2, 1, 1, 0)), net.conv(x, 1, 1, 1, 0));
        DependencyGroups groups = DependencyGroups.of(net.build(net.gemm(net.flatten(joined), 3)));

        List<ChannelTensor> first = groups.carriers("conv1");
        List<ChannelTensor> second = groups.carriers("conv2");

        assertThat(first).extracting(ChannelTensor::tensor).containsExactly("conv1", "relu1", "concat1", "flatten1");
        assertThat(first).extracting(ChannelTensor::axis).containsOnly(1);
        assertThat(first.get(2).channels()).containsExactly(0, 1, -1);
        assertThat(first.get(3).channels()).containsExactly(0, 0, 1, 1, -1, -1);
        assertThat(second).extracting(ChannelTensor::tensor).containsExactly("conv2", "concat1", "flatten1");
        assertThat(second.get(2).channels()).containsExactly(-1, -1, -1, -1, 0, 0);
    }

    @Test
    void aResidualSumCarriesTheChannelsOfBothBranches() {
        String x = net.relu(net.conv(net.input("x", 1, 4, 4), 3, 3, 1, 1));
        String sum = net.add(x, net.conv(x, 3, 3, 1, 1));
        DependencyGroups groups = DependencyGroups.of(net.build(net.gemm(net.flatten(sum), 2)));

        assertThat(groups.carriers("conv1"))
                .extracting(ChannelTensor::tensor)
                .containsExactly("conv1", "relu1", "conv2", "add1", "flatten1");
    }
}
