package io.espalier.pruning.onnx;

import static io.espalier.pruning.onnx.ModelDraft.ints;
import static io.espalier.pruning.onnx.ModelDraft.number;
import static io.espalier.pruning.onnx.ModelDraft.real;
import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.graph.BatchNormFolding;
import io.espalier.pruning.graph.ChannelGroup;
import io.espalier.pruning.graph.DependencyGroups;
import io.espalier.pruning.graph.ElementType;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Pruning;
import io.espalier.pruning.graph.ResidualBlocks;
import io.espalier.pruning.graph.Shape;
import io.espalier.pruning.graph.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks as they come out of converters from Keras: channels last, dense layers as MatMul and Add. */
class KerasExportTest {
    @ParameterizedTest(name = "opset {0}")
    @ValueSource(ints = {9, 13, 18, 21})
    void readsAConvolutionalClassifier(int opset) {
        ModelDraft draft = new ModelDraft(opset, 1);
        String x = channelsFirst(draft, draft.input("image", -1, 12, 12, 1));
        x = relu(draft, valid(draft, x, 1, 6));
        x = draft.node("MaxPool", List.of(x), ints("kernel_shape", 2, 2), ints("strides", 2, 2));
        x = relu(draft, valid(draft, x, 6, 8));
        x = draft.node("Reshape", List.of(channelsLast(draft, x), draft.ints(-1, 3 * 3 * 8)));
        x = draft.dense(relu(draft, draft.dense(x, 3 * 3 * 8, 10)), 10, 4);
        softmax(draft, x, 4);

        Graph read = draft.readsAndPrunes(opset);

        assertThat(read.nodes())
                .extracting(Node::opType)
                .containsExactly(
                        "Transpose",
                        "Conv",
                        "Relu",
                        "MaxPool",
                        "Conv",
                        "Relu",
                        "Flatten",
                        "Gemm",
                        "Relu",
                        "Gemm",
                        "Softmax");
        assertThat(DependencyGroups.of(read).prunable())
                .extracting(ChannelGroup::size)
                .containsExactly(6, 8, 10);
        assertThat(read.inputs().get(0).shape()).isEqualTo(Shape.of(Shape.BATCH, 12, 12, 1));
    }

    @ParameterizedTest(name = "opset {0}, batch norm {1}, relu6 as {2}, mean over {3}")
    @CsvSource({
        "11, FOLDED, Clip, NHWC",
        "11, NODE, ReluMin, NCHW",
        "13, MULADD, Clip, NHWC",
        "13, NODE, Clip, POOL",
        "15, MULSUB, ReluMin, POOL",
        "18, NODE, MinMax, NHWC"
    })
    void readsAMobileNet(int opset, String norm, String relu6, String mean) {
        ModelDraft draft = new ModelDraft(opset, opset);
        String x = channelsFirst(draft, draft.input("image", -1, 13, 13, 3));
        x = draft.node("Pad", List.of(x, draft.ints(0, 0, 0, 0, 0, 0, 1, 1)));
        x = draft.node(
                "Conv", List.of(x, draft.weights(6, 3, 3, 3)), ints("strides", 2, 2), ints("kernel_shape", 3, 3));
        x = relu6(draft, norm(draft, x, 6, norm), relu6);
        x = draft.node(
                "Conv",
                List.of(x, draft.node("Reshape", List.of(draft.weights(3, 3, 6, 1), draft.ints(6, 1, 3, 3)))),
                number("group", 6),
                ints("pads", 1, 1, 1, 1));
        x = relu6(draft, norm(draft, x, 6, norm), relu6);
        x = relu6(draft, norm(draft, draft.node("Conv", List.of(x, draft.weights(8, 6, 1, 1))), 8, norm), relu6);
        x = draft.dense(mean(draft, x, mean), 8, 3);
        softmax(draft, x, 3);

        Graph read = draft.readsAndPrunes(opset);

        assertThat(read.nodes()).noneMatch(node -> node.is("Pad") || node.is("Min") || node.is("Max"));
        assertThat(read.nodes()).filteredOn(node -> node.is("Transpose")).hasSize(1);
        assertThat(read.nodes()).filteredOn(node -> node.is("Clip")).hasSize(3);
        assertThat(read.nodes().get(1).intsAttribute("pads"))
                .hasValueSatisfying(pads -> assertThat(pads).containsExactly(0, 0, 1, 1));
        assertThat(DependencyGroups.of(read).prunable())
                .extracting(ChannelGroup::size)
                .containsExactly(6, 8);
        Graph folded = BatchNormFolding.fold(read);
        assertThat(folded.nodes()).noneMatch(node -> node.is("BatchNormalization") || node.is("Mul") || node.is("Add"));
        Pruning.assertSameOutputs(read, folded, opset);
    }

    @Test
    void readsAResidualBlockWithChannelsLast() {
        ModelDraft draft = new ModelDraft(13, 3);
        String x = channelsFirst(draft, draft.input("image", -1, 8, 8, 3));
        x = relu(draft, draft.conv(x, 3, 6));
        String branch = draft.conv(relu(draft, draft.conv(x, 6, 5)), 5, 6);
        x = draft.node("Add", List.of(channelsLast(draft, branch), channelsLast(draft, x)));
        x = draft.node("Relu", List.of(x));
        x = draft.withAxes("ReduceMean", x, 18, new long[] {1, 2}, number("keepdims", 0));
        draft.output(draft.dense(x, 6, 3), -1, 3);

        Graph read = draft.readsAndPrunes(3);

        assertThat(DependencyGroups.of(read).prunable())
                .extracting(ChannelGroup::size)
                .containsExactly(6, 5);
        assertThat(ResidualBlocks.find(read)).isEmpty();
    }

    @ParameterizedTest(name = "reshaped by {0}")
    @ValueSource(strings = {"constant", "shape"})
    void readsASqueezeAndExciteBlock(String reshaped) {
        ModelDraft draft = new ModelDraft(13, 4);
        String x = channelsFirst(draft, draft.input("image", -1, 8, 8, 3));
        x = relu(draft, draft.conv(x, 3, 6));
        String mean = channelsLast(draft, draft.node("GlobalAveragePool", List.of(x)));
        mean = draft.withAxes("Squeeze", mean, 13, new long[] {1, 2});
        mean = draft.node(
                "Reshape", List.of(mean, reshaped.equals("shape") ? target(draft, mean) : draft.ints(-1, 1, 1, 6)));
        String gate = relu(draft, draft.node("Conv", List.of(channelsFirst(draft, mean), draft.weights(2, 6, 1, 1))));
        gate = draft.node("Sigmoid", List.of(draft.node("Conv", List.of(gate, draft.weights(6, 2, 1, 1)))));
        x = draft.node("Mul", List.of(x, gate));
        x = draft.node("Squeeze", List.of(draft.node("GlobalAveragePool", List.of(x))));
        draft.output(draft.dense(x, 6, 3), -1, 3);

        Graph read = draft.readsAndPrunes(4);

        assertThat(DependencyGroups.of(read).prunable())
                .extracting(ChannelGroup::size)
                .containsExactly(6, 2);
        assertThat(read.nodes()).noneMatch(node -> node.is("Shape") || node.is("Cast"));
    }

    @Test
    void readsANormalisationInsideTheGraph() {
        ModelDraft draft = new ModelDraft(13, 5);
        String x = draft.input("image", -1, 8, 8, 3);
        x = draft.node("Sub", List.of(x, draft.weights(1, 1, 1, 3)));
        x = draft.node("Div", List.of(x, draft.positive(1, 1, 1, 3)));
        x = relu(draft, draft.conv(channelsFirst(draft, x), 3, 6));
        draft.output(draft.dense(draft.flatten(x), 6 * 64, 3), -1, 3);

        Graph read = draft.readsAndPrunes(5);

        assertThat(DependencyGroups.of(read).prunable())
                .extracting(ChannelGroup::size)
                .containsExactly(6);
    }

    @Test
    void keepsATransposeThatIsNeeded() {
        ModelDraft draft = new ModelDraft(13, 6);
        String x = channelsFirst(draft, draft.input("image", -1, 4, 4, 3));
        x = relu(draft, draft.conv(x, 3, 6));
        draft.output(draft.node("Reshape", List.of(channelsLast(draft, x), draft.ints(-1, 16, 6))), -1, 16, 6);

        Graph read = draft.readsTheSame(6);

        assertThat(read.nodes())
                .extracting(Node::opType)
                .containsExactly("Transpose", "Conv", "Relu", "Transpose", "Reshape");
    }

    /** The target of a Keras Reshape layer: the batch read from a shape, the rest constant. */
    private static String target(ModelDraft draft, String x) {
        String shape = draft.node("Cast", List.of(draft.node("Shape", List.of(x))), number("to", 6));
        String batch = draft.node("Slice", List.of(shape, draft.ints(0), draft.ints(1), draft.ints(0)));
        batch = draft.withAxes("Squeeze", batch, 13, new long[] {0});
        batch = draft.withAxes("Unsqueeze", batch, 13, new long[] {0});
        String rest = draft.initializer(Tensor.ofIntegers(ElementType.INT32, new long[] {1, 1, 6}, Shape.of(3)));
        String joined = draft.node("Concat", List.of(batch, rest), number("axis", 0));
        return draft.node("Cast", List.of(joined), number("to", 7));
    }

    private static String channelsFirst(ModelDraft draft, String x) {
        return draft.node("Transpose", List.of(x), ints("perm", 0, 3, 1, 2));
    }

    private static String channelsLast(ModelDraft draft, String x) {
        return draft.node("Transpose", List.of(x), ints("perm", 0, 2, 3, 1));
    }

    private static String relu(ModelDraft draft, String x) {
        return draft.node("Relu", List.of(x));
    }

    private static String valid(ModelDraft draft, String x, int in, int out) {
        return draft.node("Conv", List.of(x, draft.weights(out, in, 3, 3), draft.weights(out)), ints("strides", 1, 1));
    }

    private static String norm(ModelDraft draft, String x, int channels, String kind) {
        String scale = draft.positive(channels);
        return switch (kind) {
            case "NODE" ->
                draft.node(
                        "BatchNormalization",
                        List.of(x, scale, draft.weights(channels), draft.weights(channels), draft.positive(channels)),
                        real("epsilon", 1e-3f));
            case "MULADD" ->
                draft.node(
                        "Add",
                        List.of(
                                draft.node("Mul", List.of(x, draft.positive(1, channels, 1, 1))),
                                draft.weights(1, channels, 1, 1)));
            case "MULSUB" ->
                draft.node(
                        "Sub",
                        List.of(
                                draft.node("Mul", List.of(x, draft.positive(channels, 1, 1))),
                                draft.weights(channels, 1, 1)));
            default -> x;
        };
    }

    private static String relu6(ModelDraft draft, String x, String kind) {
        return switch (kind) {
            case "ReluMin" -> draft.node("Min", List.of(relu(draft, x), draft.number(6)));
            case "MinMax" ->
                draft.node("Min", List.of(relu(draft, x), draft.initializer(Tensor.ofFloats(new float[] {6}, 1))));
            default -> draft.node("Clip", List.of(x, draft.number(0), draft.number(6)));
        };
    }

    private static String mean(ModelDraft draft, String x, String kind) {
        return switch (kind) {
            case "NHWC" ->
                draft.withAxes("ReduceMean", channelsLast(draft, x), 18, new long[] {1, 2}, number("keepdims", 0));
            case "NCHW" -> draft.withAxes("ReduceMean", x, 18, new long[] {2, 3}, number("keepdims", 0));
            default -> draft.withAxes("Squeeze", draft.node("GlobalAveragePool", List.of(x)), 13, new long[] {2, 3});
        };
    }

    private static void softmax(ModelDraft draft, String x, int classes) {
        draft.output(draft.node("Softmax", List.of(x), number("axis", draft.opset() < 13 ? 1 : -1)), -1, classes);
    }
}
