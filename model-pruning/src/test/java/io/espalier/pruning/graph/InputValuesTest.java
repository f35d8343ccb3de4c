package io.espalier.pruning.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InputValuesTest {
    private static final Graph DENSE = dense();

    private static Graph dense() {
        NetworkBuilder net = new NetworkBuilder("dense", new Random(1));
        String x = net.flatten(net.input("x", 2, 1, 3));
        return net.build(net.gemm(net.relu(net.gemm(x, 4)), 2));
    }

    @Test
    void readsEverythingAtFirst() {
        assertThat(InputValues.of(DENSE).read()).containsExactly(0, 1, 2, 3, 4, 5);
    }

    @Test
    void sumsTheSquaresOfTheWeightsOnEachValue() {
        Tensor weights = Tensor.ofFloats(new float[] {1, 2, 0, 3, 0, -1, 0, 1, 0, 0, 0, 2}, 2, 6);
        NetworkBuilder net = new NetworkBuilder("two", new Random(1));
        Graph graph = net.build(net.gemm(net.flatten(net.input("x", 2, 1, 3)), 2));

        double[] squares = InputValues.of(graph.withInitializers(Map.of("dense1_w", weights)))
                .squaredWeights();

        assertThat(squares).containsExactly(1, 5, 0, 9, 0, 5);
    }

    @Test
    void leavingValuesOutEqualsZeroWeightsOnThem() {
        Graph cut = InputValues.of(DENSE).keeping(new int[] {1, 3, 4});

        assertThat(InputValues.of(cut).read()).containsExactly(1, 3, 4);
        assertThat(outputs(cut)).containsExactly(outputs(withoutWeightsOn(0, 2, 5)), within(1e-5f));
        assertThat(Costs.of(cut).macs()).isEqualTo(3 * 4 + 4 * 2);
    }

    @Test
    void leavesOutMoreOfWhatIsLeft() {
        Graph once = InputValues.of(DENSE).keeping(new int[] {1, 3, 4});

        Graph twice = InputValues.of(once).keeping(new int[] {0, 2});

        assertThat(InputValues.of(twice).read()).containsExactly(1, 4);
        assertThat(outputs(twice)).containsExactly(outputs(withoutWeightsOn(0, 2, 3, 5)), within(1e-5f));
        assertThat(twice.nodes()).filteredOn(node -> node.is("Gather")).hasSize(1);
    }

    private static Graph withoutWeightsOn(int... values) {
        float[] weights = DENSE.constant("dense1_w").floats();
        for (int value : values) {
            for (int output = 0; output < 4; output++) {
                weights[output * 6 + value] = 0;
            }
        }
        return DENSE.withInitializers(Map.of("dense1_w", Tensor.ofFloats(weights, 4, 6)));
    }

    private static float[] outputs(Graph graph) {
        return Objects.requireNonNull(Ort.run(graph, new Random(3)).get("dense2"));
    }

    @Test
    void refusesAConvolutionThatReadsTheInput() {
        NetworkBuilder net = new NetworkBuilder("convolution", new Random(1));
        Graph graph = net.build(net.gemm(net.flatten(net.conv(net.input("x", 1, 4, 4), 2, 3, 1, 0)), 2));

        assertThatThrownBy(() -> InputValues.of(graph))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("only values that dense layers read");
    }
}
