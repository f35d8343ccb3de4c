package io.espalier.pruning.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.onnx.RealModels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RealNetworksTest {
    @Test
    void findsTheStagesOfResNet8() {
        DependencyGroups groups = DependencyGroups.of(RealModels.read("resnet8-cifar10.onnx"));

        assertThat(groups.prunable()).extracting(ChannelGroup::size).containsExactly(16, 16, 32, 32, 64, 64);
        assertThat(groups.keptDense()).extracting(ChannelGroup::size).containsExactly(10);
    }

    @Test
    void findsTheStagesOfResNet20() {
        DependencyGroups groups = DependencyGroups.of(RealModels.read("resnet20-cifar10.onnx"));

        assertThat(groups.prunable()).hasSize(12);
        assertThat(groups.prunable().get(0).layers()).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void cutsResNet8LikeTheMask(long seed) {
        Pruning.assertCutEqualsMask(RealModels.read("resnet8-cifar10.onnx"), seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void cutsResNet20LikeTheMask(long seed) {
        Pruning.assertCutEqualsMask(RealModels.read("resnet20-cifar10.onnx"), seed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"resnet8-cifar10.onnx", "resnet20-cifar10.onnx"})
    void foldsEveryBatchNormalisation(String file) {
        Graph graph = RealModels.read(file);

        Graph folded = BatchNormFolding.fold(graph);

        assertThat(folded.nodes()).noneMatch(node -> node.is("BatchNormalization"));
        Pruning.assertSameOutputs(graph, folded, 1);
    }
}
