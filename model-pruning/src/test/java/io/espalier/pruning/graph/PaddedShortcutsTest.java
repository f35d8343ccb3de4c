package io.espalier.pruning.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.onnx.RealModels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PaddedShortcutsTest {
    @Test
    void computesTheSameAsAConvolution() {
        Graph graph = PaddedShortcutTest.network(3);

        Graph projected = PaddedShortcuts.toConvolutions(graph);

        assertThat(projected.nodes()).noneMatch(node -> node.is("Pad") || node.is("Slice"));
        Pruning.assertSameOutputs(graph, projected, 3);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void canThenBePrunedToAnyWidth(long seed) {
        Graph pruned =
                Pruning.assertCutEqualsMask(PaddedShortcuts.toConvolutions(PaddedShortcutTest.network(seed)), seed);

        assertThat(pruned.nodes()).noneMatch(node -> node.is("Gather"));
    }

    @Test
    void projectsTheShortcutsOfResNet20() {
        Graph graph = RealModels.read("resnet20-cifar10.onnx");

        Graph projected = PaddedShortcuts.toConvolutions(graph);

        assertThat(projected.nodes()).noneMatch(node -> node.is("Pad") || node.is("Slice"));
        assertThat(DependencyGroups.of(projected).prunable()).hasSize(12);
        Pruning.assertSameOutputs(graph, projected, 1);
        Pruning.assertCutEqualsMask(BatchNormFolding.fold(projected), 2);
    }
}
