package io.espalier.pruning.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BatchNormFoldingTest {
    @Test
    void foldsByHand() {
        // One 1x1 convolution w=3, b=1; gamma=2, beta=5, mean=4, var=0.25, epsilon=0: s=4, w'=12, b'=4*(1-4)+5=-7.
        Graph graph = new GraphBuilder("one", 13)
                .input("x", Shape.of(Shape.BATCH, 1, 1, 1))
                .output("y", Shape.of(Shape.BATCH, 1, 1, 1))
                .initializer("w", Tensor.ofFloats(new float[] {3}, 1, 1, 1, 1))
                .initializer("b", Tensor.ofFloats(new float[] {1}, 1))
                .initializer("gamma", Tensor.ofFloats(new float[] {2}, 1))
                .initializer("beta", Tensor.ofFloats(new float[] {5}, 1))
                .initializer("mean", Tensor.ofFloats(new float[] {4}, 1))
                .initializer("var", Tensor.ofFloats(new float[] {0.25f}, 1))
                .node(Node.of("c", "Conv", List.of("x", "w", "b"), "t", Map.of()))
                .node(Node.of(
                        "n",
                        "BatchNormalization",
                        List.of("t", "gamma", "beta", "mean", "var"),
                        "y",
                        Map.of("epsilon", Attribute.of(0f))))
                .build();

        Graph folded = BatchNormFolding.fold(graph);

        assertThat(folded.nodes()).extracting(Node::name).containsExactly("c");
        assertThat(folded.constant("w").floats()).containsExactly(12);
        assertThat(folded.constant("b").floats()).containsExactly(-7);
        assertThat(folded.initializers()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "Mul, 2, false, 6, 2",
        "Mul, 2, true, 6, 2",
        "Div, 2, false, 1.5, 0.5",
        "Add, 2, false, 3, 3",
        "Sub, 2, false, 3, -1",
        "Sub, 2, true, -3, 1"
    })
    void foldsArithmeticByHand(String type, float operand, boolean first, float weight, float bias) {
        // One 1x1 convolution w=3, b=1.
        Graph graph = new GraphBuilder("one", 13)
                .input("x", Shape.of(Shape.BATCH, 1, 2, 2))
                .output("y", Shape.of(Shape.BATCH, 1, 2, 2))
                .initializer("w", Tensor.ofFloats(new float[] {3}, 1, 1, 1, 1))
                .initializer("b", Tensor.ofFloats(new float[] {1}, 1))
                .initializer("c", Tensor.ofFloats(new float[] {operand}, 1, 1, 1))
                .node(Node.of("conv", "Conv", List.of("x", "w", "b"), "t", Map.of()))
                .node(Node.of("op", type, first ? List.of("c", "t") : List.of("t", "c"), "y", Map.of()))
                .build();

        Graph folded = BatchNormFolding.fold(graph);

        assertThat(folded.nodes()).extracting(Node::name).containsExactly("conv");
        assertThat(folded.constant("w").floats()).containsExactly(weight);
        assertThat(folded.constant("b").floats()).containsExactly(bias);
    }

    @ParameterizedTest
    @ValueSource(strings = {"divided", "spatial", "wider"})
    void leavesArithmeticAloneThatIsNotPerChannel(String kind) {
        NetworkBuilder net = new NetworkBuilder("kept", new Random(1));
        String x = net.conv(net.input("x", 2, 4, 4), 1, 3, 1, 1);
        net.constant("one", Tensor.ofFloats(new float[] {2}));
        net.constant("map", Tensor.ofFloats(new float[16], 4, 4));
        net.constant("channels", Tensor.ofFloats(new float[3], 3, 1, 1));
        String y = switch (kind) {
            case "divided" -> net.op("Div", List.of("one", x), Map.of());
            case "spatial" -> net.op("Add", List.of(x, "map"), Map.of());
            default -> net.op("Mul", List.of(x, "channels"), Map.of());
        };
        Graph graph = net.build(y);

        assertThat(BatchNormFolding.fold(graph).nodes()).isEqualTo(graph.nodes());
    }

    @Test
    void leavesAConvolutionAloneThatOthersRead() {
        NetworkBuilder net = new NetworkBuilder("read-twice", new Random(1));
        String x = net.conv(net.input("x", 2, 4, 4), 3, 3, 1, 1);
        Graph graph = net.build(net.add(net.batchNorm(x), x));

        assertThat(BatchNormFolding.fold(graph)).isEqualTo(graph);
    }

    @Test
    void computesTheSame() {
        NetworkBuilder net = new NetworkBuilder("folded", new Random(5));
        String x = net.relu(net.batchNorm(net.conv(net.input("x", 2, 6, 6), 6, 3, 1, 1)));
        x = net.relu(net.batchNorm(net.conv(x, 6, 3, 1, 1, 6)));
        Graph graph = net.build(net.batchNorm(net.gemm(net.flatten(x), 4)));

        Graph folded = BatchNormFolding.fold(graph);

        assertThat(folded.nodes()).noneMatch(node -> node.is("BatchNormalization"));
        Pruning.assertSameOutputs(graph, folded, 5);
    }
}
