package io.espalier.pruning.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.graph.Attribute;
import io.espalier.pruning.graph.NetworkBuilder;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Eight channels of which four go one way and four another, as in YOLOv8 and ShuffleNet. */
class SplitNetworkTest {
    private final PrunableNetwork network = network();

    @Test
    void eachPartKeepsAChannelThoughAllOfTheOthersAreWorthMore() {
        double[] firstPart = {8, 7, 6, 5, 4, 3, 2, 1};

        List<int[]> kept = network.best(List.of(firstPart, new double[] {1, 1, 1, 1}), new int[] {4, 4});

        assertThat(kept.get(0)).containsExactly(0, 1, 2, 4);
        assertThat(kept.get(1)).containsExactly(0, 1, 2, 3);
    }

    @Test
    void aGroupGetsWiderOnlyWhereEveryPartNeedsOne() {
        List<int[]> kept =
                network.best(List.of(new double[] {1, 2, 3, 4, 5, 6, 7, 8}, new double[4]), new int[] {1, 4});

        assertThat(kept.get(0)).containsExactly(0, 7);
    }

    private static PrunableNetwork network() {
        NetworkBuilder net = new NetworkBuilder("split", new Random(1));
        String x = net.relu(net.conv(net.input("x", 2, 6, 6), 8, 3, 1, 1));
        List<String> parts = net.op("Split", List.of(x), 2, Map.of("axis", Attribute.of(1L)));
        String second = net.relu(net.conv(parts.get(1), 4, 3, 1, 1));
        return PrunableNetwork.of(net.build(
                net.gemm(net.flatten(net.globalAveragePool(net.concat(parts.get(0), second))), 2)));
    }
}
