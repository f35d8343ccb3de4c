package io.espalier.pruning.quantisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.pruning.evaluation.OnnxClassifier;
import io.espalier.pruning.graph.Attribute;
import io.espalier.pruning.graph.DependencyGroups;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.GraphBuilder;
import io.espalier.pruning.graph.InvalidModelException;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Shape;
import io.espalier.pruning.graph.Tensor;
import io.espalier.pruning.onnx.OnnxReader;
import io.espalier.pruning.onnx.OnnxWriter;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** ONNX Runtime is the judge of what a quantised graph computes. */
class QuantiserTest {
    /** {@code y = relu(0.5 * x - 3)}, worked by hand. */
    @Test
    void computesOneMultiplicationAsWorkedByHand() {
        Graph graph = new GraphBuilder("half", 13)
                .input("x", Shape.of(Shape.BATCH, 1, 1, 5))
                .output("y", Shape.of(Shape.BATCH, 1, 1, 5))
                .initializer("w", Tensor.ofFloats(new float[] {0.5f}, 1, 1, 1, 1))
                .initializer("b", Tensor.ofFloats(new float[] {-3}, 1))
                .node(Node.of("conv", "Conv", List.of("x", "w", "b"), "h", Map.of()))
                .node(Node.of("relu", "Relu", List.of("h"), "y", Map.of()))
                .build();

        Graph quantised = Quantiser.of(graph)
                .quantise(Map.of("x", new Range(0, 255), "y", new Range(0, 102)), WeightRange.EIGHT_BITS);

        // x is its own integer; w is 127 of 0.5 / 127; b is -762 of them; y has steps of 102 / 255 = 0.4.
        // 2 -> (254 - 762) * 0.5 / 127 = -2 -> 0; 10 -> 2; 11 -> 2.5 = 6.25 steps -> 6; 100.4 is 100 -> 47 = 117.5
        // steps -> 118, the even one; 255 -> 124.5 -> 255 steps.
        assertThat(run(quantised, new float[] {2, 10, 11, 100.4f, 255}))
                .containsExactly(new float[] {0, 2, 2.4f, 47.2f, 102}, within(1e-4f));
    }

    /** Activations stay in the lower half of their integers, where eight bits saturate on no machine. */
    @ParameterizedTest
    @EnumSource(WeightRange.class)
    void computesTwoConvolutionsAsIntegersWould(WeightRange weights) {
        NetworkBuilder net = new NetworkBuilder("two", new Random(3));
        Graph graph = net.build(net.conv(net.relu(net.conv(net.input("x", 2, 6, 6), 4, 3, 1, 1)), 3, 3, 1, 1));
        Map<String, Range> ranges = Map.of("x", new Range(-1, 3), "relu1", new Range(0, 7), "conv2", new Range(-4, 4));
        Graph quantised = Quantiser.of(graph).quantise(ranges, weights);
        Random random = new Random(4);
        float[] values = new float[2 * 36];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat(-1.2f, 1);
        }

        IntegerReference.Image input = IntegerReference.Image.of(values, 2, 6, 6, scale(ranges, "x"));
        IntegerReference.Image hidden =
                IntegerReference.convolve(graph, "conv1", input, scale(ranges, "relu1"), weights);
        IntegerReference.Image output =
                IntegerReference.convolve(graph, "conv2", hidden, scale(ranges, "conv2"), weights);

        assertThat(IntStream.of(hidden.integers()).max().orElseThrow()).isBetween(64, 128);
        float[] actual = run(quantised, values);
        float oneStep = scale(ranges, "conv2").scale() * 1.001f;
        assertThat(actual).containsExactly(output.floats(), within(oneStep));
        assertThat(differing(actual, output.floats())).isLessThanOrEqualTo(actual.length / 50);
    }

    @Test
    void leavesNoFloatOperatorInsideANetworkThatCanDoWithout() {
        NetworkBuilder net = new NetworkBuilder("fused", new Random(5));
        String x = net.maxPool(net.relu(net.conv(net.input("x", 3, 16, 16), 8, 3, 1, 1)), 2);
        String shortcut = net.conv(x, 8, 1, 1, 0);
        x = net.relu(net.add(shortcut, net.conv(net.relu(net.conv(x, 8, 3, 1, 1, 8)), 8, 3, 1, 1)));
        String gate = net.op("Sigmoid", List.of(net.conv(net.globalAveragePool(x), 8, 1, 1, 0)), Map.of());
        x = net.concat(net.op("Mul", List.of(x, gate), Map.of()), shortcut);
        x = net.op(
                "AveragePool",
                List.of(net.op("LeakyRelu", List.of(net.conv(x, 8, 1, 1, 0)), Map.of())),
                Map.of("kernel_shape", Attribute.ints(2, 2), "strides", Attribute.ints(2, 2)));
        Graph graph = net.build(net.softmax(net.gemm(net.relu(net.gemm(net.flatten(x), 16)), 4)));

        List<String> operators = OptimisedModel.operators(Quantiser.of(graph).shaped(WeightRange.SEVEN_BITS));

        assertThat(operators)
                .contains(
                        "QLinearConv",
                        "QLinearAdd",
                        "QLinearMul",
                        "QLinearConcat",
                        "QLinearSigmoid",
                        "QLinearLeakyRelu",
                        "QLinearAveragePool",
                        "QLinearGlobalAveragePool",
                        "QGemm")
                .doesNotContain("Conv", "Gemm", "FusedGemm", "Relu", "MaxPool", "DequantizeLinear");
        assertThat(operators).filteredOn("QuantizeLinear"::equals).hasSize(1);
    }

    @Test
    void fusesMatMulsInEitherForm() {
        NetworkBuilder net = new NetworkBuilder("matmuls", new Random(6));
        net.constant("w1", random(8, 6));
        net.constant("w2", random(6, 3));
        String x = net.op("MatMul", List.of(net.input("x", 8), "w1"), Map.of());
        Graph graph = net.build(net.op("MatMul", List.of(net.relu(x), "w2"), Map.of()));
        Graph quantised = Quantiser.of(graph)
                .quantise(Map.of("x", new Range(-1, 1), "relu1", new Range(0, 4)), WeightRange.SEVEN_BITS);

        assertThat(OptimisedModel.operators(quantised))
                .containsExactly("QuantizeLinear", "QLinearMatMul", "MatMulIntegerToFloat");
        float[] input = {1, -1, 0.5f, -0.5f, 0.25f, -0.25f, 0.75f, 0};
        assertThat(run(quantised, input)).containsExactly(run(graph, input), within(0.1f));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void scalesTheChannelsOfADenseLayerHoweverItsWeightsLie(int transB) {
        NetworkBuilder net = new NetworkBuilder("dense", new Random(7));
        net.constant(
                "w",
                transB == 1
                        ? Tensor.ofFloats(new float[] {100, 50, 0.01f, 0.02f}, 2, 2)
                        : Tensor.ofFloats(new float[] {100, 0.01f, 50, 0.02f}, 2, 2));
        net.constant("b", Tensor.ofFloats(new float[] {1, 0.001f}, 2));
        Graph graph =
                net.build(net.op("Gemm", List.of(net.input("x", 2), "w", "b"), Map.of("transB", Attribute.of(transB))));

        Graph quantised = Quantiser.of(graph).quantise(Map.of("x", new Range(0, 255)), WeightRange.EIGHT_BITS);

        float[] outputs = run(quantised, new float[] {200, 10});
        assertThat(outputs[0]).isCloseTo(20501, within(5f));
        // With one scale for both channels the second would be 0.
        assertThat(outputs[1]).isCloseTo(2.201f, within(0.02f));
    }

    @Test
    void keepsTheNamesOfInputsAndOutputs() {
        NetworkBuilder net = new NetworkBuilder("named", new Random(8));
        String x = net.input("x", 2, 4, 4);
        String first = net.relu(net.conv(x, 3, 3, 1, 1));
        Graph graph = net.build(first, net.conv(first, 2, 1, 1, 0));

        Graph quantised = Quantiser.of(graph).shaped(WeightRange.SEVEN_BITS);

        assertThat(quantised.inputs()).isEqualTo(graph.inputs());
        assertThat(quantised.outputs()).isEqualTo(graph.outputs());
        assertThat(OptimisedModel.operators(quantised)).doesNotContain("Conv", "Relu");
    }

    @Test
    void findsNamesThatNobodyHas() {
        NetworkBuilder net = new NetworkBuilder("taken", new Random(9));
        net.constant("x_s", Tensor.ofFloats(new float[] {1}, 1, 1, 1, 1));
        net.constant("x_q", Tensor.ofFloats(new float[] {2}, 1, 1, 1, 1));
        String x = net.op("Mul", List.of(net.input("x", 1, 2, 2), "x_s"), Map.of());
        x = net.op("Mul", List.of(net.conv(x, 1, 1, 1, 0), "x_q"), Map.of());
        Graph graph = net.build(net.conv(net.add(x, net.conv("x", 1, 1, 1, 0)), 1, 1, 1, 0));

        Graph quantised = Quantiser.of(graph).shaped(WeightRange.SEVEN_BITS);

        assertThat(quantised.constant("x_s")).isEqualTo(graph.constant("x_s"));
        assertThat(run(quantised, new float[] {0, 0, 0, 0})).containsOnly(0);
    }

    @Test
    void canBeReadBackButNotPruned() {
        NetworkBuilder net = new NetworkBuilder("terminal", new Random(10));
        String x = net.relu(net.conv(net.input("x", 2, 8, 8), 8, 3, 1, 1));
        Graph quantised = Quantiser.of(net.build(net.gemm(net.flatten(net.relu(net.conv(x, 8, 3, 1, 1))), 3)))
                .shaped(WeightRange.SEVEN_BITS);

        Graph read = OnnxReader.read(OnnxWriter.write(quantised));

        assertThat(OnnxWriter.write(read)).isEqualTo(OnnxWriter.write(quantised));
        assertThat(DependencyGroups.of(read).prunable()).isEmpty();
        assertThatThrownBy(() -> Quantiser.of(read)).isInstanceOf(InvalidModelException.class);
    }

    @Test
    void refusesAModelWithNothingToQuantise() {
        NetworkBuilder net = new NetworkBuilder("empty", new Random(11));
        Graph graph = net.build(net.softmax(net.flatten(net.input("x", 1, 2, 2))));

        assertThatThrownBy(() -> Quantiser.of(graph))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("No layer of the model can be quantised");
    }

    @Test
    void namesTheTensorWhoseRangeIsMissing() {
        NetworkBuilder net = new NetworkBuilder("missing", new Random(12));
        Graph graph = net.build(net.conv(net.input("x", 1, 2, 2), 1, 1, 1, 0));

        assertThatThrownBy(() -> Quantiser.of(graph).quantise(Map.of("x", new Range(0, 1)), WeightRange.SEVEN_BITS))
                .hasMessageContaining("'conv1' has no range");
    }

    private static ActivationScale scale(Map<String, Range> ranges, String tensor) {
        return ActivationScale.of(ranges.getOrDefault(tensor, new Range(0, 0)));
    }

    private static int differing(float[] a, float[] b) {
        int count = 0;
        for (int i = 0; i < a.length; i++) {
            count += Math.abs(a[i] - b[i]) > 1e-4 ? 1 : 0;
        }
        return count;
    }

    private static Tensor random(int rows, int columns) {
        Random random = new Random(rows);
        float[] values = new float[rows * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.ofFloats(values, rows, columns);
    }

    private static float[] run(Graph graph, float[] input) {
        try (OnnxClassifier model = OnnxClassifier.load(OnnxWriter.write(graph), 1)) {
            return model.run(input, 1)[0];
        }
    }
}
