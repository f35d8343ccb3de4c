package io.espalier.pruning.importance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.SampleShape;
import io.espalier.pruning.data.ToyImages;
import io.espalier.pruning.graph.DependencyGroups;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.graph.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReconstructionImportanceTest {
    private static final double[] ALIKE = {1, 1, 1};

    @Test
    void aChannelThatRepeatsAnotherIsWorthNothingBesideIt() {
        double[][] covariance = {{1, 0, 1}, {0, 1, 0}, {1, 0, 1}};

        // The first explains itself and its double, 2 of 3; then only the second is left.
        assertThat(ReconstructionImportance.explained(covariance, ALIKE))
                .containsExactly(new double[] {2.0 / 3, 1.0 / 3, 0}, within(1e-12));
    }

    @Test
    void whatIsPartlyExplainedCountsForTheRest() {
        double[][] covariance = {{4, 2, 0}, {2, 2, 0}, {0, 0, 1}};

        // First: 4 + 2^2/4 = 5 of 7. Of the second 2 - 2^2/4 = 1 is left, as much as of the third.
        assertThat(ReconstructionImportance.explained(covariance, ALIKE))
                .containsExactly(new double[] {5.0 / 7, 1.0 / 7, 1.0 / 7}, within(1e-12));
    }

    @Test
    void whatNobodyReadsIsWorthLittle() {
        double[][] covariance = {{1, 0, 0}, {0, 9, 0}, {0, 0, 1}};

        assertThat(ReconstructionImportance.explained(covariance, new double[] {4, 0, 1}))
                .containsExactly(new double[] {0.8, 0, 0.2}, within(1e-12));
    }

    @Test
    void aGroupThatTwoTensorsCarryExplainsBoth() {
        double[][] here = {{1, 1}, {1, 1}};
        double[][] there = {{1, 0}, {0, 3}};

        // The first explains 2 + 1, the second 2 + 3 of 6.
        assertThat(ReconstructionImportance.explained(
                        List.of(
                                new ReconstructionImportance.Signal(here, new double[] {1, 1}),
                                new ReconstructionImportance.Signal(there, new double[] {1, 1})),
                        2))
                .containsExactly(new double[] {1.0 / 6, 5.0 / 6}, within(1e-12));
    }

    @Test
    void findsTheFilterThatIsThereTwice() {
        Graph graph = withDoubledFilter();

        double[] scores = Objects.requireNonNull(ReconstructionImportance.of(
                        graph, ToyImages.samples(32, new SampleShape(1, 8, 8), 2), InputContract.RAW, 1)
                .scores(DependencyGroups.of(graph))
                .get("conv1"));

        assertThat(Math.min(scores[0], scores[2])).isLessThan(1e-6);
        assertThat(scores[1]).isGreaterThan(1e-3);
        assertThat(Arrays.stream(scores).sum()).isCloseTo(1, within(1e-6));
    }

    private static Graph withDoubledFilter() {
        NetworkBuilder net = new NetworkBuilder("doubled", new Random(4));
        String x = net.relu(net.conv(net.input("x", 1, 8, 8), 3, 3, 1, 0));
        Graph graph = net.build(net.gemm(net.flatten(x), 2));
        float[] filters = graph.constant("conv1_w").floats();
        System.arraycopy(filters, 0, filters, 18, 9);
        return graph.withInitializers(Map.of("conv1_w", Tensor.ofFloats(filters, 3, 1, 3, 3)));
    }
}
