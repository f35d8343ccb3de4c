package io.espalier.pruning.importance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.espalier.pruning.graph.BatchNormFolding;
import io.espalier.pruning.graph.DependencyGroups;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.graph.Tensor;
import java.util.Map;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** A normalised convolution joined to another one by a residual sum, then a layer that is not normalised. */
class BatchNormImportanceTest {
    private static final Offset<Double> ROUNDING = Offset.offset(1e-6);

    private final Graph unfolded = network();
    private final DependencyGroups folded = DependencyGroups.of(BatchNormFolding.fold(unfolded));
    private final BatchNormImportance importance = new BatchNormImportance(unfolded);

    @Test
    void readsTheScalesOfTheNetworkBeforeFolding() {
        // |0.5|, |-2|, |0.5|, mean 1; and 1, 1, 4, mean 2.
        assertThat(folded.graph().nodes()).noneMatch(node -> node.is("BatchNormalization"));
        assertThat(importance.scores(folded).get("conv1"))
                .containsExactly(new double[] {(0.5 + 0.5) / 2, (2 + 0.5) / 2, (0.5 + 2) / 2}, ROUNDING);
        assertThat(importance.values(folded).get("conv1")).containsExactly(1, 2, 4);
    }

    @Test
    void scoresTheUnfoldedNetworkAlike() {
        DependencyGroups groups = DependencyGroups.of(unfolded);

        assertThat(importance.scores(groups).get("conv1"))
                .isEqualTo(importance.scores(folded).get("conv1"));
    }

    @Test
    void groupsWithoutNormalisationAreScoredByMagnitudeAndNamed() {
        assertThat(importance.silentOn(folded)).containsExactly("conv3");
        assertThat(importance.scores(folded).get("conv3"))
                .isEqualTo(new L1Importance().scores(folded).get("conv3"));
        assertThat(importance.values(folded).get("conv3")).containsOnly(Double.NaN);
    }

    @Test
    void refusesScalesOfAnotherNetwork() {
        Graph other = unfolded.withInitializers(Map.of("bn1_scale", Tensor.ofFloats(new float[4], 4)));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BatchNormImportance(other).scores(folded))
                .withMessageContaining("'bn1'");
    }

    private static Graph network() {
        NetworkBuilder net = new NetworkBuilder("normalised", new Random(2));
        String x = net.relu(net.batchNorm(net.conv(net.input("x", 2, 4, 4), 3, 3, 1, 1)));
        x = net.add(x, net.batchNorm(net.conv(x, 3, 3, 1, 1)));
        x = net.relu(net.conv(x, 4, 3, 1, 1));
        return net.build(net.gemm(net.flatten(x), 2))
                .withInitializers(Map.of(
                        "bn1_scale", Tensor.ofFloats(new float[] {0.5f, -2, 0.5f}, 3),
                        "bn2_scale", Tensor.ofFloats(new float[] {1, 1, -4}, 3)));
    }
}
