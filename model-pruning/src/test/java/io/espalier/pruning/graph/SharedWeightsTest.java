package io.espalier.pruning.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One constant that several layers read. */
class SharedWeightsTest {
    @Test
    void tiesEverythingThatSharedWeightsReadAndMake() {
        DependencyGroups groups = DependencyGroups.of(inARow(1));

        assertThat(groups.prunable()).hasSize(1);
        assertThat(groups.group("conv1").layers()).containsExactly("conv1", "conv2", "conv3");
    }

    @Test
    void tiesTheOutputsOfTwoBranchesWithOneKernel() {
        DependencyGroups groups = DependencyGroups.of(sideBySide(1));

        assertThat(groups.prunable()).extracting(ChannelGroup::id).containsExactly("conv1", "conv3");
        assertThat(groups.group("conv1").layers()).containsExactly("conv1", "conv2");
        assertThat(groups.group("conv3").layers()).containsExactly("conv3", "conv4");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void cutsLayersInARowLikeTheMask(long seed) {
        Pruning.assertCutEqualsMask(inARow(seed), seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void cutsBranchesSideBySideLikeTheMask(long seed) {
        Pruning.assertCutEqualsMask(sideBySide(seed), seed);
    }

    @Test
    void keepsAConstantWholeThatIsAlsoReadAsData() {
        NetworkBuilder net = new NetworkBuilder("read-as-data", new Random(1));
        String x = net.relu(net.conv(net.input("x", 2, 4, 4), 4, 1, 1, 0));
        String y = net.gemm(net.flatten(net.globalAveragePool(x)), 3);
        String data = net.op("ReduceMean", List.of("conv1_w"), Map.of("axes", Attribute.ints(0, 1, 2, 3)));
        net.constant("one", Tensor.vector(1));
        Graph graph = net.build(net.op("Mul", List.of(y, net.op("Reshape", List.of(data, "one"), Map.of())), Map.of()));

        assertThat(DependencyGroups.of(graph).group("conv1").keptDenseBecause())
                .hasValue("constant 'conv1_w' is also read by ReduceMean 'reducemean1'");
    }

    @Test
    void keepsAConstantWholeThatIsAnOutput() {
        NetworkBuilder net = new NetworkBuilder("weights-out", new Random(1));
        String x = net.relu(net.conv(net.input("x", 2, 4, 4), 4, 1, 1, 0));
        Graph graph = net.build(net.gemm(net.flatten(x), 3));
        Tensor weights = graph.constant("conv1_w");

        Graph tapped = graph.toBuilder().output("conv1_w", weights.shape()).build();

        assertThat(DependencyGroups.of(tapped).group("conv1").keptDenseBecause())
                .hasValue("constant 'conv1_w' is a graph output");
    }

    private static Graph inARow(long seed) {
        NetworkBuilder net = new NetworkBuilder("shared-in-a-row", new Random(seed));
        String x = net.relu(net.conv(net.input("x", 2, 6, 6), 4, 3, 1, 1));
        String y = net.relu(again(net, net.relu(net.conv(x, 4, 3, 1, 1)), "conv2"));
        return net.build(net.gemm(net.flatten(y), 3));
    }

    private static Graph sideBySide(long seed) {
        NetworkBuilder net = new NetworkBuilder("shared-side-by-side", new Random(seed));
        String x = net.input("x", 2, 6, 6);
        String a = net.relu(net.conv(x, 4, 3, 1, 1));
        String b = net.relu(net.conv(x, 4, 1, 1, 0));
        String joined = net.concat(net.conv(a, 5, 3, 1, 1), net.relu(again(net, b, "conv3")));
        return net.build(net.gemm(net.flatten(net.globalAveragePool(joined)), 3));
    }

    private static String again(NetworkBuilder net, String x, String layer) {
        Node first = net.build().node(layer);
        return net.op("Conv", List.of(x, layer + "_w", layer + "_b"), first.attributes());
    }
}
