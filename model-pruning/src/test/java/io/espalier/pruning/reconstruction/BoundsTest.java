package io.espalier.pruning.reconstruction;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.graph.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BoundsTest {
    private static final Bounds RELU = new Bounds(0, Double.POSITIVE_INFINITY);

    @Test
    void beyondTheCutEveryValueIsRight() {
        assertThat(RELU.nearest(-1, -3)).isEqualTo(-3);
        assertThat(RELU.nearest(0, -3)).isEqualTo(-3);
        assertThat(RELU.nearest(-1, 2)).isEqualTo(0);
        assertThat(RELU.nearest(1.5, -3)).isEqualTo(1.5);
        assertThat(new Bounds(0, 6).nearest(7, 9)).isEqualTo(9);
        assertThat(new Bounds(0, 6).nearest(7, 5)).isEqualTo(6);
        assertThat(Bounds.NONE.nearest(-1, -3)).isEqualTo(-1);
    }

    @Test
    void areThoseOfTheActivationBehindATensor() {
        NetworkBuilder n = new NetworkBuilder("toy", new Random(1));
        String conv = n.conv(n.input("input", 1, 4, 4), 2, 3, 1, 1);
        n.constant("low", Tensor.ofFloats(new float[] {0}, new int[0]));
        n.constant("high", Tensor.ofFloats(new float[] {6}, new int[0]));
        String clip = n.op("Clip", List.of(conv, "low", "high"), Map.of());
        String both = n.conv(clip, 2, 3, 1, 1);
        String relu = n.relu(both);
        String open = n.conv(relu, 2, 3, 1, 1);
        Graph graph = n.build(n.add(n.relu(open), n.op("Tanh", List.of(open), Map.of())), n.relu(both), relu);

        assertThat(Bounds.of(graph, conv)).isEqualTo(new Bounds(0, 6));
        assertThat(Bounds.of(graph, both)).isEqualTo(RELU);
        assertThat(Bounds.of(graph, open)).as("read by a Tanh too").isEqualTo(Bounds.NONE);
        assertThat(Bounds.of(graph, relu)).as("a graph output").isEqualTo(Bounds.NONE);
    }
}
