package io.espalier.pruning.importance;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.graph.BatchNormFolding;
import io.espalier.pruning.graph.DependencyGroups;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FoldedImportanceTest {
    @Test
    void l1IsTheSameBeforeAndAfterFolding() {
        NetworkBuilder net = new NetworkBuilder("normalised", new Random(2));
        String x = net.relu(net.batchNorm(net.conv(net.input("x", 2, 6, 6), 5, 3, 1, 1)));
        Graph graph = net.build(net.gemm(net.flatten(x), 3));
        Graph folded = BatchNormFolding.fold(graph);

        double[] before = score(graph);

        assertThat(before).isEqualTo(score(folded)).hasSize(5);
    }

    private static double[] score(Graph graph) {
        return new L1Importance().scores(DependencyGroups.of(graph)).getOrDefault("conv1", new double[0]);
    }
}
