package io.espalier.pruning.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Operands that do not have the channels on the same axis, or do not have them at all. */
class BroadcastTest {
    @Test
    void keepsBothTensorsDenseWhoseChannelsLieOnDifferentAxes() {
        NetworkBuilder net = new NetworkBuilder("crossed", new Random(1));
        String x = net.input("x", 2, 4, 4);
        String a = net.conv(x, 4, 1, 1, 0);
        String b = net.op("Transpose", List.of(net.conv(x, 4, 1, 1, 0)), Map.of("perm", Attribute.ints(0, 2, 3, 1)));
        DependencyGroups groups = DependencyGroups.of(net.build(net.gemm(net.flatten(net.add(a, b)), 3)));

        assertThat(groups.prunable()).isEmpty();
        assertThat(groups.group("conv1").keptDenseBecause())
                .hasValue("it is combined with the fixed tensor 'transpose1' by Add 'add1'");
        assertThat(groups.group("conv2").keptDenseBecause()).hasValue("it is broadcast by Add 'add1'");
    }

    @Test
    void keepsChannelsDenseThatAreCombinedWithTheInput() {
        NetworkBuilder net = new NetworkBuilder("with-input", new Random(1));
        String x = net.input("x", 3, 4, 4);
        Graph graph = net.build(net.gemm(net.flatten(net.add(net.conv(x, 3, 3, 1, 1), x)), 3));

        assertThat(DependencyGroups.of(graph).group("conv1").keptDenseBecause())
                .hasValue("it is combined with the fixed tensor 'x' by Add 'add1'");
    }

    @Test
    void keepsALayerDenseWhoseBiasIsComputed() {
        NetworkBuilder net = new NetworkBuilder("computed-bias", new Random(1));
        String x = net.input("x", 4);
        String bias = net.gemm(x, 5);
        net.constant("w", Tensor.ofFloats(new float[20], 4, 5));
        String y = net.op("Gemm", List.of(x, "w", bias), Map.of());
        DependencyGroups groups = DependencyGroups.of(net.build(net.gemm(net.relu(y), 3)));

        assertThat(groups.prunable()).isEmpty();
        assertThat(groups.group("dense1").keptDenseBecause()).hasValue("it is the bias of Gemm 'gemm1'");
        assertThat(groups.group("gemm1").keptDenseBecause()).hasValue("the bias of 'gemm1' is computed");
    }

    @Test
    void keepsChannelsDenseThatAreOperandsOfAnother() {
        NetworkBuilder net = new NetworkBuilder("operands", new Random(1));
        String x = net.input("x", 4, 1, 1);
        String bounds = net.gemm(net.flatten(x), 1);
        String y = net.conv(x, 3, 1, 1, 0);
        Graph clipped = net.build().toBuilder()
                .node(Node.of("clip", "Clip", List.of(y, bounds), "clipped", Map.of()))
                .output("clipped", Shape.of(Shape.BATCH, 3, 1, 1))
                .build();

        assertThat(DependencyGroups.of(clipped).group("dense1").keptDenseBecause())
                .hasValue("it is an operand of Clip 'clip'");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void cutsChannelsThatAMapOfOneChannelScalesLikeTheMask(long seed) {
        NetworkBuilder net = new NetworkBuilder("attention-map", new Random(seed));
        String x = net.relu(net.conv(net.input("x", 2, 4, 4), 6, 3, 1, 1));
        String map = net.op("Sigmoid", List.of(net.conv(x, 1, 1, 1, 0)), Map.of());
        Graph graph = net.build(net.gemm(net.flatten(net.op("Mul", List.of(x, map), Map.of())), 3));

        DependencyGroups groups = DependencyGroups.of(graph);

        assertThat(groups.prunable()).extracting(ChannelGroup::id).containsExactly("conv1");
        assertThat(groups.group("conv2").keptDenseBecause()).hasValue("it is broadcast by Mul 'mul1'");
        Pruning.assertCutEqualsMask(graph, seed);
    }
}
