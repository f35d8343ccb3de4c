package io.espalier.pruning.reconstruction;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.graph.Shapes;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private final NetworkBuilder n = new NetworkBuilder("toy", new Random(1));
    private final String input = n.input("input", 2, 8, 8);

    @Test
    void theLastLayerIntoASumIsHeldAgainstTheSum() {
        String stem = n.relu(n.conv(input, 4, 3, 1, 1));
        String branch = n.conv(n.relu(n.conv(stem, 4, 3, 1, 1)), 4, 3, 1, 1);
        String sum = n.add(stem, branch);
        Graph graph = n.build(n.relu(sum));

        assertThat(comparison(graph, branch)).isEqualTo(new Comparison(sum, new Bounds(0, Double.POSITIVE_INFINITY)));
        assertThat(comparison(graph, "conv1").tensor()).isEqualTo("conv1");
    }

    @Test
    void ofTwoLayersIntoASumOnlyTheLaterOneIs() {
        String stem = n.relu(n.conv(input, 4, 3, 1, 1));
        String first = n.conv(stem, 4, 3, 1, 1);
        String second = n.conv(stem, 4, 1, 1, 0);
        String sum = n.add(first, second);
        Graph graph = n.build(n.relu(sum));

        assertThat(comparison(graph, first))
                .isEqualTo(new Comparison(graph.node(first).output(), Bounds.NONE));
        assertThat(comparison(graph, second).tensor()).isEqualTo(sum);
    }

    @Test
    void aLayerThatSomethingElseReadsTooIsHeldAgainstItsOutput() {
        String stem = n.conv(input, 4, 3, 1, 1);
        String branch = n.conv(stem, 4, 3, 1, 1);
        Graph graph = n.build(n.add(stem, branch), n.relu(branch));

        assertThat(comparison(graph, branch).tensor()).isEqualTo(branch);
    }

    private static Comparison comparison(Graph graph, String layer) {
        return Comparison.whereUsed(graph, Shapes.infer(graph), graph.node(layer));
    }
}
