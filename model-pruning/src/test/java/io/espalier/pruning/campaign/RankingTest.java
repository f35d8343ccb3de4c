package io.espalier.pruning.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.espalier.pruning.allocation.Allocation;
import io.espalier.pruning.allocation.Target;
import io.espalier.pruning.evaluation.ChannelStatistics;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.importance.ApozImportance;
import io.espalier.pruning.importance.GeometricMedianImportance;
import io.espalier.pruning.onnx.OnnxWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Two layers of 16 channels; five channels of the first are nearly always zero. */
class RankingTest {
    private static final OptionalDouble NINETY_PERCENT = OptionalDouble.of(0.9);

    private final PrunableNetwork network = PrunableNetwork.of(graph());
    private final ApozImportance apoz =
            new ApozImportance(Map.of("relu1", zeros(16, 3, 5, 7, 9, 11), "relu2", zeros(16)));

    @Test
    void withoutThresholdEveryChannelMayStay() {
        Ranking ranking = Ranking.of(network, apoz, OptionalDouble.empty());

        assertThat(ranking.most()).containsExactly(16, 16);
        assertThat(ranking.scores().get(0))
                .isEqualTo(apoz.scores(network.dependencies()).get("conv1"));
    }

    @Test
    void cutChannelsComeLastAndNeedNotBeKept() {
        Ranking ranking = Ranking.of(network, apoz, NINETY_PERCENT);
        Allocation.Chosen chosen = planner(Target.NONE).knapsack(ranking);

        assertThat(ranking.most()).containsExactly(11, 16);
        assertThat(chosen.widths()).as("the narrowest choice that holds 11").containsExactly(12, 16);
        int[] kept = network.best(ranking.scores(), chosen.widths()).get(0);
        assertThat(kept).contains(0, 1, 2, 4, 6, 8, 10, 12, 13, 14, 15);
    }

    @Test
    void theTargetMayAskForMore() {
        int dense = OnnxWriter.write(network.folded()).length;
        Target half = Target.NONE.withSizeBytes(dense / 2);

        int[] widths = planner(half)
                .knapsack(Ranking.of(network, apoz, NINETY_PERCENT))
                .widths();

        assertThat(widths[0]).isLessThanOrEqualTo(12);
        assertThat(OnnxWriter.write(network.shaped(widths)).length).isLessThanOrEqualTo(dense / 2);
    }

    @Test
    void refusesAThresholdWithoutUnits() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Ranking.of(network, new GeometricMedianImportance(), NINETY_PERCENT))
                .withMessageContaining("geometric_median has no units");
    }

    private Planner planner(Target target) {
        return new Planner(network, target, Optional.empty());
    }

    private static ChannelStatistics zeros(int channels, Integer... idle) {
        double[] shares = IntStream.range(0, channels)
                .mapToDouble(c -> List.of(idle).contains(c) ? 0.95 : 0.2 + 0.01 * c)
                .toArray();
        double[] unused = new double[channels];
        Arrays.fill(unused, 1);
        return new ChannelStatistics(100, shares, unused, unused);
    }

    private static Graph graph() {
        NetworkBuilder net = new NetworkBuilder("toy", new Random(1));
        String x = net.relu(net.conv(net.input("x", 1, 4, 4), 16, 3, 1, 1));
        x = net.relu(net.conv(x, 16, 3, 1, 1));
        return net.build(net.gemm(net.flatten(x), 2));
    }
}
