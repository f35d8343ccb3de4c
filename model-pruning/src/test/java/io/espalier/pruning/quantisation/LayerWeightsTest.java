package io.espalier.pruning.quantisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.pruning.graph.Attribute;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.GraphBuilder;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Shape;
import io.espalier.pruning.graph.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LayerWeightsTest {
    private static final ActivationScale INPUT = new ActivationScale(0.5f, 0);

    @Test
    void scalesEachChannelByItsLargestWeight() {
        LayerWeights layer =
                dense(new float[] {1.27f, -0.5f, -12.7f, 3}, new float[] {0, 0}, 1, WeightRange.EIGHT_BITS);

        assertThat(layer.axis()).isZero();
        assertThat(layer.weights().bytes()).containsExactly(127, -50, -127, 30);
        assertThat(layer.scales().floats()).containsExactly(new float[] {0.01f, 0.1f}, within(1e-7f));
        assertThat(layer.zeroPoints().bytes()).containsExactly(0, 0);
    }

    @Test
    void findsTheChannelsOfWeightsThatAreNotTransposed() {
        LayerWeights layer =
                dense(new float[] {1.27f, -12.7f, -0.5f, 3}, new float[] {0, 0}, 0, WeightRange.EIGHT_BITS);

        assertThat(layer.axis()).isEqualTo(1);
        assertThat(layer.weights().bytes()).containsExactly(127, -127, -50, 30);
    }

    @Test
    void usesNoMoreThanTheRangeAllows() {
        LayerWeights layer = dense(new float[] {1.27f, -1.27f, 0.3f, 3}, new float[] {0, 0}, 1, WeightRange.SEVEN_BITS);

        assertThat(layer.weights().bytes()).containsExactly(63, -63, 6, 63);
    }

    @Test
    void givesTheBiasTheScaleOfTheProducts() {
        LayerWeights layer = dense(new float[] {1.27f, 0, 12.7f, 0}, new float[] {1, -1}, 1, WeightRange.EIGHT_BITS);

        LayerWeights.Bias bias = layer.bias().orElseThrow();
        assertThat(bias.scales().floats()).containsExactly(new float[] {0.005f, 0.05f}, within(1e-7f));
        assertThat(bias.values().longs()).containsExactly(200, -20);
    }

    @Test
    void raisesTheScaleOfAChannelWhoseBiasWouldNotFit() {
        LayerWeights layer = dense(new float[] {1e-12f, 0, 0, 0}, new float[] {3, -5}, 1, WeightRange.EIGHT_BITS);

        LayerWeights.Bias bias = layer.bias().orElseThrow();
        assertThat((float) (bias.values().longs()[0] * (double) bias.scales().at(0)))
                .isCloseTo(3, within(1e-5f));
        assertThat((float) (bias.values().longs()[1] * (double) bias.scales().at(1)))
                .isCloseTo(-5, within(1e-5f));
        assertThat(layer.weights().bytes()).containsExactly(0, 0, 0, 0);
    }

    @Test
    void survivesAChannelOfNothing() {
        LayerWeights layer = dense(new float[] {0, 0, 1, 1}, new float[] {0, 0}, 1, WeightRange.EIGHT_BITS);

        assertThat(layer.scales().at(0)).isEqualTo(1);
        assertThat(layer.bias().orElseThrow().values().longs()).containsExactly(0, 0);
    }

    private static LayerWeights dense(float[] weights, float[] bias, int transB, WeightRange range) {
        Graph graph = new GraphBuilder("dense", 13)
                .input("x", Shape.of(Shape.BATCH, 2))
                .output("y", Shape.of(Shape.BATCH, 2))
                .initializer("w", Tensor.ofFloats(weights, 2, 2))
                .initializer("b", Tensor.ofFloats(bias, 2))
                .node(Node.of("y", "Gemm", List.of("x", "w", "b"), "y", Map.of("transB", Attribute.of(transB))))
                .build();
        return LayerWeights.of(graph, graph.node("y"), INPUT, range);
    }
}
