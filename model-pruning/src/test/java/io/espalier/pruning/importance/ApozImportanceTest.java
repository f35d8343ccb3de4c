package io.espalier.pruning.importance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.espalier.pruning.evaluation.ChannelStatistics;
import io.espalier.pruning.graph.Attribute;
import io.espalier.pruning.graph.DependencyGroups;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.graph.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** A residual stage with a ReLU on the way and one behind the sum, then a layer without. */
class ApozImportanceTest {
    private static final Offset<Double> ROUNDING = Offset.offset(1e-6);

    private final DependencyGroups groups = DependencyGroups.of(network());
    private final ApozImportance importance = new ApozImportance(
            Map.of("relu1", zeroShares(0.25, 0.5, 1), "clip1", zeroShares(0.4, 0.2, 0.9), "relu2", zeroShares(0, 0.5)));

    @Test
    void watchesWhatComesOutOfRectifiers() {
        assertThat(ApozImportance.watched(groups)).containsOnly(Map.entry("relu1", 1), Map.entry("clip1", 1));
    }

    @Test
    void scoresTheShareOfSamplesInWhichAChannelIsActive() {
        // f: 0.75, 0.5, 0, mean 1.25/3; and 0.6, 0.8, 0.1, mean 0.5.
        assertThat(importance.scores(groups).get("conv1"))
                .containsExactly(new double[] {(1.8 + 1.2) / 2, (1.2 + 1.6) / 2, (0 + 0.2) / 2}, ROUNDING);
    }

    @Test
    void valuesAreTheSmallestSharesOfZeros() {
        assertThat(importance.values(groups).get("conv1")).containsExactly(0.25, 0.2, 0.9);
        assertThat(importance.cuts(0.91, 0.9)).isTrue();
        assertThat(importance.cuts(0.9, 0.9)).isFalse();
        assertThat(importance.cuts(Double.NaN, 0.9)).isFalse();
    }

    @Test
    void groupsWithoutRectifierAreScoredByMagnitudeAndNamed() {
        assertThat(importance.silentOn(groups)).containsExactly("conv3");
        assertThat(importance.scores(groups).get("conv3"))
                .isEqualTo(new L1Importance().scores(groups).get("conv3"));
        assertThat(importance.values(groups).get("conv3")).containsOnly(Double.NaN);
    }

    @Test
    void refusesAMissingActivation() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ApozImportance(Map.of("relu1", zeroShares(0, 0, 0))).scores(groups))
                .withMessageContaining("no statistics of 'clip1', only of [relu1]");
    }

    private static ChannelStatistics zeroShares(double... shares) {
        return new ChannelStatistics(100, shares, new double[shares.length], new double[shares.length]);
    }

    private static Graph network() {
        NetworkBuilder net = new NetworkBuilder("rectified", new Random(2));
        String x = net.relu(net.conv(net.input("x", 2, 4, 4), 3, 3, 1, 1));
        String low = net.constant("low", Tensor.ofFloats(new float[] {0}, new int[0]));
        String high = net.constant("high", Tensor.ofFloats(new float[] {6}, new int[0]));
        String sum = net.add(x, net.conv(x, 3, 3, 1, 1));
        x = net.op("Clip", List.of(sum, low, high), Map.of());
        x = net.op("LeakyRelu", List.of(net.conv(x, 2, 3, 1, 1)), Map.of("alpha", Attribute.of(0.1f)));
        return net.build(net.relu(net.gemm(net.flatten(x), 2)));
    }
}
