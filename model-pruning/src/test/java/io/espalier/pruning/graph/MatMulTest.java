package io.espalier.pruning.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.onnx.OnnxReader;
import io.espalier.pruning.onnx.OnnxWriter;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dense layers written as products: weights lie the other way round, and may act on the last of three axes. */
class MatMulTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void cutsAProductAndItsBiasLikeTheMask(long seed) {
        Random random = new Random(seed);
        NetworkBuilder net = new NetworkBuilder("two-products", random);
        String x = net.input("x", 4);
        Graph graph = net.build(dense(net, net.relu(dense(net, x, 4, 6, "a", random)), 6, 3, "b", random));

        Graph read = OnnxReader.read(OnnxWriter.write(graph));

        assertThat(DependencyGroups.of(read).prunable()).hasSize(1);
        Pruning.assertCutEqualsMask(read, seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void cutsAProductOverSequencesLikeTheMask(long seed) {
        Random random = new Random(seed);
        NetworkBuilder net = new NetworkBuilder("sequence", random);
        String x = dense(net, net.input("x", 5, 4), 4, 6, "a", random);
        Graph graph = net.build(dense(net, net.relu(x), 6, 3, "b", random));

        assertThat(DependencyGroups.of(graph).prunable())
                .extracting(ChannelGroup::size)
                .containsExactly(6);
        Pruning.assertCutEqualsMask(graph, seed);
    }

    @Test
    void keepsBothFactorsOfAComputedProductDense() {
        NetworkBuilder net = new NetworkBuilder("attention", new Random(1));
        String x = net.input("x", 4, 4);
        String a = dense(net, x, 4, 4, "a", new Random(1));
        String b = dense(net, x, 4, 4, "b", new Random(2));
        Graph graph = net.build(net.op("MatMul", List.of(a, b), Map.of()));

        DependencyGroups groups = DependencyGroups.of(graph);

        assertThat(groups.prunable()).isEmpty();
        assertThat(groups.keptDense().get(0).keptDenseBecause())
                .hasValue("MatMul 'matmul3' multiplies two computed tensors");
    }

    private static String dense(NetworkBuilder net, String x, int in, int out, String name, Random random) {
        net.constant(name + "_w", weights(random, in, out));
        net.constant(name + "_b", weights(random, out));
        String product = net.op("MatMul", List.of(x, name + "_w"), Map.of());
        return net.op("Add", List.of(product, name + "_b"), Map.of());
    }

    private static Tensor weights(Random random, int... dims) {
        float[] values = new float[(int) Shape.of(dims).elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.ofFloats(values, dims);
    }
}
