package io.espalier.pruning.sparsity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.pruning.graph.Attribute;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.GraphBuilder;
import io.espalier.pruning.graph.InvalidModelException;
import io.espalier.pruning.graph.LayerWeights;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.RandomNetworks;
import io.espalier.pruning.graph.Shape;
import io.espalier.pruning.graph.Tensor;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights 1, -2, 3, -4, 5, 6 in one layer and 0.1, -0.2 in the next. */
class MagnitudeMasksTest {
    private final Graph graph = network();

    @Test
    void takesTheSmallestOfAllWeightsButLeavesEachLayerItsLargest() {
        // Half of 8 is 4: 0.1, 1, 2, 3. The next smallest, -0.2, is the largest of its layer.
        Masks masks = MagnitudeMasks.global(graph, 0.5);

        assertThat(masks.applied(graph).constant("w1").floats()).containsExactly(0, 0, 0, -4, 5, 6);
        assertThat(masks.applied(graph).constant("w2").floats()).containsExactly(0, -0.2f);
        assertThat(masks.sparsity()).isEqualTo(0.5);
    }

    @Test
    void comparesLayersOfDifferentScaleByWhatTheyWouldHaveLeft() {
        // 1/91, 4/90, 9/86, 16/77, 25/61 in one layer; 0.01/0.0325 in the next.
        Graph small = graph.withInitializers(Map.of("w2", Tensor.ofFloats(new float[] {0.1f, -0.15f}, 1, 2)));

        Masks half = MagnitudeMasks.layerAdaptive(small, 0.5);
        assertThat(half.applied(small).constant("w1").floats()).containsExactly(0, 0, 0, 0, 5, 6);
        assertThat(half.applied(small).constant("w2").floats()).containsExactly(0.1f, -0.15f);
        Masks more = MagnitudeMasks.layerAdaptive(small, 0.6);
        assertThat(more.applied(small).constant("w2").floats()).containsExactly(0, -0.15f);
        assertThat(more.sparsity()).isEqualTo(5 / 8.0);
        assertThat(MagnitudeMasks.layerAdaptive(small, 0.99)
                        .applied(small)
                        .constant("w1")
                        .floats())
                .containsExactly(0, 0, 0, 0, 0, 6);
    }

    @Test
    void givesEqualWeightsOfALayerTheSameShareOfAllThatAreNoSmaller() {
        // 1/9 five times in one layer, so that 0.13/1.13 of the next goes after them, where 1/5 of the last of them
        // would not.
        Graph equal = graph.withInitializers(Map.of(
                "w1", Tensor.ofFloats(new float[] {1, 1, 1, 1, 1, 2}, 3, 2),
                "w2", Tensor.ofFloats(new float[] {(float) Math.sqrt(0.13), 1}, 1, 2)));

        Masks masks = MagnitudeMasks.layerAdaptive(equal, 5 / 8.0);

        assertThat(masks.applied(equal).constant("w1").floats()).containsExactly(0, 0, 0, 0, 0, 2);
        assertThat(masks.applied(equal).constant("w2").floats()[0]).isNotZero();
    }

    @Test
    void takesTheSameShareOfEachLayer() {
        Masks masks = MagnitudeMasks.perLayer(graph, 0.5);

        assertThat(masks.applied(graph).constant("w1").floats()).containsExactly(0, 0, 0, -4, 5, 6);
        assertThat(masks.applied(graph).constant("w2").floats()).containsExactly(0, -0.2f);
        assertThat(MagnitudeMasks.perLayer(graph, 0.2)
                        .applied(graph)
                        .constant("w1")
                        .floats())
                .as("a fifth of 6, rounded")
                .containsExactly(0, -2, 3, -4, 5, 6);
    }

    @Test
    void neverEmptiesALayer() {
        Masks masks = MagnitudeMasks.global(graph, 0.99);

        assertThat(masks.applied(graph).constant("w1").floats()).containsExactly(0, 0, 0, 0, 0, 6);
        assertThat(masks.applied(graph).constant("w2").floats()).containsExactly(0, -0.2f);
    }

    @Test
    void takesTheEarlierOfEqualWeights() {
        Graph equal = graph.withInitializers(Map.of("w1", Tensor.ofFloats(new float[] {2, 1, 1, 1, 1, 1}, 3, 2)));

        assertThat(MagnitudeMasks.perLayer(equal, 0.5)
                        .applied(equal)
                        .constant("w1")
                        .floats())
                .containsExactly(2, 0, 0, 0, 1, 1);
    }

    @Test
    void leavesBiasesAndTheGraphItselfAlone() {
        Masks masks = MagnitudeMasks.global(graph, 0.9);

        assertThat(masks.byConstant()).containsOnlyKeys("w1", "w2");
        assertThat(masks.applied(graph).nodes()).isEqualTo(graph.nodes());
        assertThat(MagnitudeMasks.global(graph, 0)).isEqualTo(Masks.NONE);
        assertThat(Masks.NONE.applied(graph)).isSameAs(graph);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void maskedAreTheSmallestAndAsManyAsAskedFor(long seed) {
        Graph random = RandomNetworks.ofSeed(seed);
        long weights = LayerWeights.of(random).values().stream()
                .mapToLong(Tensor::elements)
                .sum();
        for (double sparsity : new double[] {0.3, 0.5, 0.8}) {
            Masks masks = MagnitudeMasks.global(random, sparsity);
            double largestMasked = 0;
            double smallestKept = Double.MAX_VALUE;
            for (Map.Entry<String, Mask> each : masks.byConstant().entrySet()) {
                float[] values = random.constant(each.getKey()).floats();
                float largest = 0;
                for (float value : values) {
                    largest = Math.max(largest, Math.abs(value));
                }
                for (int i = 0; i < values.length; i++) {
                    double magnitude = Math.abs(values[i]);
                    if (each.getValue().isZero(i)) {
                        largestMasked = Math.max(largestMasked, magnitude);
                    } else if (magnitude < largest) {
                        smallestKept = Math.min(smallestKept, magnitude);
                    }
                }
            }
            assertThat(largestMasked).isLessThanOrEqualTo(smallestKept);
            assertThat(masks.sparsity()).isCloseTo(sparsity, within(0.5 / weights + 1e-12));
        }
    }

    @Test
    void tellsWhetherItsZerosHeld() {
        Masks masks = MagnitudeMasks.global(graph, 0.5);
        Graph masked = masks.applied(graph);

        assertThat(masks.hold(graph)).isFalse();
        assertThat(masks.hold(masked)).isTrue();
        float[] negative = masked.constant("w2").floats();
        negative[0] = -0f;
        assertThat(masks.hold(masked.withInitializers(Map.of("w2", Tensor.ofFloats(negative, 1, 2)))))
                .as("a zero with a sign is a zero")
                .isTrue();
        assertThat(Masks.NONE.hold(graph)).isTrue();
    }

    @Test
    void refusesWhatCannotBeMasked() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MagnitudeMasks.global(graph, 1))
                .withMessageContaining("sparsity is 1.0");
        assertThatIllegalArgumentException().isThrownBy(() -> MagnitudeMasks.perLayer(graph, Double.NaN));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Masks(Map.of("w1", new Mask(5, new BitSet()))).applied(graph))
                .withMessageContaining("'w1' is for 5 elements, but the constant has 6");
        assertThatIllegalArgumentException().isThrownBy(() -> new Mask(2, BitSet.valueOf(new long[] {4})));
        assertThatThrownBy(() -> new Masks(Map.of("w9", new Mask(6, new BitSet()))).applied(graph))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("'w9'");
    }

    private static Graph network() {
        Map<String, Attribute> transposed = Map.of("transB", Attribute.of(1L));
        return new GraphBuilder("two-layers", 13)
                .input("x", Shape.of(Shape.BATCH, 2))
                .output("y", Shape.of(Shape.BATCH, 1))
                .initializer("w1", Tensor.ofFloats(new float[] {1, -2, 3, -4, 5, 6}, 3, 2))
                .initializer("b1", Tensor.ofFloats(new float[] {0.01f, 0.01f, 0.01f}, 3))
                .initializer("w2", Tensor.ofFloats(new float[] {0.1f, -0.2f}, 1, 2))
                .node(Node.of("hidden", "Gemm", List.of("x", "w1", "b1"), "h", transposed))
                .node(Node.of("out", "Gemm", List.of("h", "w2"), "y", transposed))
                .build();
    }
}
