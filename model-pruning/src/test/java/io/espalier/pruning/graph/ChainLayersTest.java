package io.espalier.pruning.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import io.espalier.pruning.onnx.RealModels;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whole layers whose input and output have the same shape. */
class ChainLayersTest {
    @Test
    void findsTheLayersThatKeepTheShape() {
        Graph graph = network(1);

        assertThat(ChainLayers.find(graph))
                .extracting(DroppableBlock::name, DroppableBlock::nodes)
                .containsExactly(
                        tuple("conv2", List.of("conv2", "bn1", "relu2")), tuple("dense2", List.of("dense2", "relu5")));
    }

    @Test
    void putsTheIdentityInTheirPlace() {
        Graph graph = network(2);

        Graph without = BlockDropper.drop(graph, ChainLayers.find(graph));

        assertThat(without.nodes())
                .extracting(Node::name)
                .containsExactly("conv1", "relu1", "conv3", "relu3", "flatten1", "dense1", "relu4", "dense3");
        Pruning.assertSameOutputs(withIdentityWeights(graph), without, 2);
        Pruning.assertCutEqualsMask(without, 2);
    }

    @Test
    void joinsTheChannelsBeforeAndBehind() {
        Graph graph = network(3);
        assertThat(DependencyGroups.of(graph).prunable())
                .extracting(ChannelGroup::id)
                .containsExactly("conv1", "conv2", "conv3", "dense1", "dense2");

        Graph without = BlockDropper.drop(graph, ChainLayers.find(graph));

        assertThat(DependencyGroups.of(without).prunable())
                .extracting(ChannelGroup::id)
                .containsExactly("conv1", "conv3", "dense1");
    }

    @Test
    void findsNoGroupInsideBecauseTheChannelsBehindReadOn() {
        assertThat(ChainLayers.find(network(1)))
                .allSatisfy(layer -> assertThat(layer.groups()).isEmpty());
    }

    @Test
    void refusesALayerWhoseShapesPruningMadeDifferent() {
        Graph graph = network(4);
        List<DroppableBlock> layers = ChainLayers.find(graph);
        Graph pruned = Pruner.prune(graph, Map.of("conv1", new int[] {0, 1}));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> BlockDropper.drop(pruned, layers))
                .withMessageContaining("'conv2' makes [Nx4x8x8] but its shortcut has the shape [Nx2x8x8]");
    }

    @Test
    void findsTheInnerLayersOfResNet20() {
        Graph graph = BatchNormFolding.fold(RealModels.read("resnet20-cifar10.onnx"));

        // The first convolution of each block that keeps the shape: three in the first stage, two in each of the
        // others.
        assertThat(ChainLayers.find(graph)).hasSize(7);
    }

    /** The same network with weights under which the layers that are left out compute the identity. */
    private static Graph withIdentityWeights(Graph graph) {
        float[] kernel = new float[4 * 4 * 9];
        float[] matrix = new float[6 * 6];
        for (int channel = 0; channel < 4; channel++) {
            kernel[(channel * 4 + channel) * 9 + 4] = 1;
        }
        for (int feature = 0; feature < 6; feature++) {
            matrix[feature * 6 + feature] = 1;
        }
        Tensor ones = Tensor.ofFloats(new float[] {1, 1, 1, 1}, 4);
        Tensor zeros = Tensor.ofFloats(new float[4], 4);
        // Variance 1 - epsilon, so that the normalisation divides by exactly 1.
        Tensor variance = Tensor.ofFloats(new float[] {1 - 1e-5f, 1 - 1e-5f, 1 - 1e-5f, 1 - 1e-5f}, 4);
        return graph.withInitializers(Map.of(
                "conv2_w", Tensor.ofFloats(kernel, 4, 4, 3, 3),
                "conv2_b", zeros,
                "bn1_scale", ones,
                "bn1_shift", zeros,
                "bn1_mean", zeros,
                "bn1_var", variance,
                "dense2_w", Tensor.ofFloats(matrix, 6, 6),
                "dense2_b", Tensor.ofFloats(new float[6], 6)));
    }

    private static Graph network(long seed) {
        NetworkBuilder net = new NetworkBuilder("chain", new Random(seed));
        String x = net.relu(net.conv(net.input("x", 2, 8, 8), 4, 3, 1, 1));
        x = net.relu(net.batchNorm(net.conv(x, 4, 3, 1, 1)));
        x = net.relu(net.conv(x, 4, 3, 2, 1));
        x = net.relu(net.gemm(net.flatten(x), 6));
        x = net.relu(net.gemm(x, 6));
        return net.build(net.gemm(x, 6));
    }
}
