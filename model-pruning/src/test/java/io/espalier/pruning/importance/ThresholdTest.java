package io.espalier.pruning.importance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.espalier.pruning.evaluation.ChannelStatistics;
import io.espalier.pruning.graph.DependencyGroups;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.graph.Pruner;
import io.espalier.pruning.graph.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** One layer of six channels, zero in 95, 10, 91, 90, 20 and 99 of a hundred cases. */
class ThresholdTest {
    private static final double[] ZEROS = {0.95, 0.10, 0.91, 0.90, 0.20, 0.99};

    private final Graph graph = network();
    private final DependencyGroups groups = DependencyGroups.of(graph);
    private final ApozImportance apoz =
            new ApozImportance(Map.of("relu1", new ChannelStatistics(100, ZEROS, new double[6], new double[6])));

    @Test
    void cutsWhatExceedsTheShareOfZeros() {
        Map<String, int[]> kept = new Threshold(0.9, 1).keep(apoz, groups);

        assertThat(kept.get("conv1")).containsExactly(1, 3, 4);
        assertThat(DependencyGroups.of(Pruner.prune(groups, kept))
                        .group("conv1")
                        .size())
                .isEqualTo(3);
    }

    @Test
    void givesBackTheBestUntilTheMinimumIsThere() {
        assertThat(new Threshold(0.05, 2).keep(apoz, groups).get("conv1")).containsExactly(1, 4);
        assertThat(new Threshold(0.05, 100).keep(apoz, groups).get("conv1")).hasSize(6);
    }

    @Test
    void cutsNothingThatTheCriterionIsSilentOn() {
        BatchNormImportance noScales = new BatchNormImportance(graph);

        assertThat(new Threshold(1e9, 1).keep(noScales, groups).get("conv1")).hasSize(6);
    }

    @Test
    void cutsWeightsUpToThetaAndGradientsBelowBeta() {
        Map<String, Tensor> gradients = Map.of("w1", Tensor.ofFloats(new float[] {1, 2, 5, 1, 1, 0}, 3, 2));

        assertThat(keptOfTwoLayers(1, new L1Importance())).as("1, 1 and 3").containsExactly(2);
        assertThat(keptOfTwoLayers(0.99, new L1Importance())).containsExactly(0, 1, 2);
        assertThat(keptOfTwoLayers(1.5, new GradientImportance(List.of(gradients))))
                .as("1.5, 3 and 0.5")
                .containsExactly(0, 1);
    }

    @Test
    void aThresholdOfZeroOnSharesCutsChannelsWhoseWeightsAreAllSmall() {
        PercentileImportance above = new PercentileImportance(new WeightThreshold.Given(2));

        assertThat(keptOfTwoLayers(0, above)).as("(1,-1) and (0,2) go").containsExactly(2);
    }

    @Test
    void refusesThresholdsThatSayNothing() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Threshold(Double.NaN, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Threshold(1, 0))
                .withMessageContaining("leastKept is 0");
    }

    private static int[] keptOfTwoLayers(double value, AbsoluteImportance importance) {
        return new Threshold(value, 1).keep(importance, TwoLayers.groups()).getOrDefault(TwoLayers.GROUP, new int[0]);
    }

    private static Graph network() {
        NetworkBuilder net = new NetworkBuilder("one-layer", new Random(1));
        String x = net.relu(net.conv(net.input("x", 1, 2, 2), 6, 1, 1, 0));
        return net.build(net.gemm(net.flatten(x), 2));
    }
}
