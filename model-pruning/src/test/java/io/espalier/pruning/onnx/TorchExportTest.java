package io.espalier.pruning.onnx;

import static io.espalier.pruning.onnx.ModelDraft.ints;
import static io.espalier.pruning.onnx.ModelDraft.number;
import static io.espalier.pruning.onnx.ModelDraft.real;
import static io.espalier.pruning.onnx.ModelDraft.tensor;
import static io.espalier.pruning.onnx.ModelDraft.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.espalier.pruning.graph.BatchNormFolding;
import io.espalier.pruning.graph.ChannelGroup;
import io.espalier.pruning.graph.DependencyGroups;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.InvalidModelException;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Shape;
import io.espalier.pruning.graph.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks as PyTorch exports them, with and without the folding that its exporters do. */
class TorchExportTest {
    @ParameterizedTest(name = "opset {0}")
    @ValueSource(ints = {9, 11, 13, 17, 21})
    void readsAViewThatTakesTheBatchFromAShape(int opset) {
        ModelDraft draft = new ModelDraft(opset, opset);
        String x = relu(draft, draft.conv(draft.input("x", -1, 2, 6, 6), 2, 5));
        String zero = draft.constant(Tensor.ofLongs(new long[] {0}));
        String batch = draft.node("Gather", List.of(draft.node("Shape", List.of(x)), zero), number("axis", 0));
        String target = draft.node(
                "Concat",
                List.of(draft.withAxes("Unsqueeze", batch, 13, new long[] {0}), draft.constant(Tensor.vector(-1))),
                number("axis", 0));
        x = draft.node("Reshape", List.of(x, target));
        draft.output(draft.gemm(x, 5 * 36, 3), -1, 3);

        Graph read = draft.readsAndPrunes(opset);

        assertThat(read.nodes()).extracting(Node::opType).containsExactly("Conv", "Relu", "Reshape", "Gemm");
        assertThat(DependencyGroups.of(read).prunable())
                .extracting(ChannelGroup::size)
                .containsExactly(5);
    }

    @ParameterizedTest(name = "opset {0}")
    @ValueSource(ints = {15, 18, 20})
    void readsAViewThatAllowsZeros(int opset) {
        ModelDraft draft = new ModelDraft(opset, opset);
        String x = relu(draft, draft.conv(draft.input("x", -1, 2, 6, 6), 2, 5));
        String batch = draft.node("Shape", List.of(x), number("start", 0), number("end", 1));
        String target = draft.node("Concat", List.of(batch, draft.ints(5, 36)), number("axis", 0));
        x = draft.node("Reshape", List.of(x, target), number("allowzero", 1));
        x = draft.withAxes("ReduceMean", x, 18, new long[] {2}, number("keepdims", 0));
        draft.output(draft.gemm(x, 5, 3), -1, 3);

        draft.readsAndPrunes(opset);
    }

    @Test
    void readsATwoFoldView() {
        ModelDraft draft = new ModelDraft(13, 1);
        String x = relu(draft, draft.conv(draft.input("x", -1, 2, 6, 6), 2, 4));
        for (int i = 0; i < 3; i++) {
            String shape = draft.node("Shape", List.of(x));
            String rows = draft.node("Gather", List.of(shape, draft.ints(0, 1)), number("axis", 0));
            String height = draft.node("Gather", List.of(shape, draft.ints(2)), number("axis", 0));
            String half = draft.node("Div", List.of(height, draft.ints(i == 0 ? 3 : 1)));
            String target = draft.node("Concat", List.of(rows, half, draft.ints(-1)), number("axis", 0));
            x = draft.node("Relu", List.of(draft.node("Reshape", List.of(x, target))));
        }
        draft.output(draft.gemm(draft.flatten(x), 4 * 36, 3), -1, 3);

        assertThat(draft.readsAndPrunes(1).nodes()).noneMatch(node -> node.is("Shape"));
    }

    @Test
    void readsConstantsThatBatchNormalisationsShareThroughIdentity() {
        ModelDraft draft = new ModelDraft(13, 2);
        String scale = draft.weights(5);
        String shift = draft.weights(5);
        String variance = draft.positive(5);
        String x = draft.conv(draft.input("x", -1, 2, 6, 6), 2, 5);
        x = relu(draft, draft.node("BatchNormalization", List.of(x, scale, shift, shift, variance)));
        x = draft.conv(x, 5, 5);
        List<String> shared = List.of(
                x,
                draft.node("Identity", List.of(scale)),
                draft.node("Identity", List.of(shift)),
                draft.node("Identity", List.of(shift)),
                draft.node("Identity", List.of(variance)));
        x = relu(draft, draft.node("BatchNormalization", shared));
        x = draft.flatten(draft.node("GlobalAveragePool", List.of(x)));
        draft.output(draft.node("Identity", List.of(draft.gemm(x, 5, 3))), -1, 3);

        Graph read = draft.readsAndPrunes(2);

        assertThat(read.nodes()).noneMatch(node -> node.is("Identity"));
        assertThat(DependencyGroups.of(read).prunable())
                .extracting(ChannelGroup::size)
                .containsExactly(5);
        assertThat(BatchNormFolding.fold(read).nodes()).noneMatch(node -> node.is("BatchNormalization"));
    }

    @ParameterizedTest(name = "opset {0}")
    @ValueSource(ints = {11, 13, 17})
    void readsPadsThatArePutTogetherFromPieces(int opset) {
        ModelDraft draft = new ModelDraft(opset, opset);
        String x = relu(draft, draft.conv(draft.input("x", -1, 2, 6, 6), 2, 4));
        String given = draft.constant(Tensor.vector(0, 0, 0, 0, 1, 2));
        String missing = draft.node(
                "ConstantOfShape", List.of(draft.constant(Tensor.vector(2))), tensor("value", Tensor.vector(0)));
        String all = draft.node("Concat", List.of(given, missing), number("axis", 0));
        String pairs = draft.node("Reshape", List.of(all, draft.constant(Tensor.vector(-1, 2))));
        String backwards = draft.node(
                "Slice", List.of(pairs, draft.ints(-1), draft.ints(Long.MIN_VALUE + 1), draft.ints(0), draft.ints(-1)));
        String columns = draft.node("Transpose", List.of(backwards), ints("perm", 1, 0));
        String pads =
                draft.node("Cast", List.of(draft.node("Reshape", List.of(columns, draft.ints(-1)))), number("to", 7));
        x = draft.node("Pad", List.of(x, pads), text("mode", "constant"));
        draft.output(draft.gemm(draft.flatten(x), 7 * 36, 3), -1, 3);

        Graph read = draft.readsAndPrunes(opset);

        assertThat(read.nodes()).extracting(Node::opType).containsExactly("Conv", "Relu", "Pad", "Flatten", "Gemm");
    }

    @Test
    void readsALinearLayerWhoseWeightsAreNotFolded() {
        ModelDraft draft = new ModelDraft(13, 3);
        String x = draft.input("x", -1, 8);
        String weights = draft.node("Transpose", List.of(draft.weights(6, 8)), ints("perm", 1, 0));
        x = relu(draft, draft.node("Add", List.of(draft.weights(6), draft.node("MatMul", List.of(x, weights)))));
        draft.output(draft.gemm(x, 6, 3), -1, 3);

        Graph read = draft.readsAndPrunes(3);

        assertThat(read.nodes()).extracting(Node::opType).containsExactly("Gemm", "Relu", "Gemm");
    }

    @Test
    void readsHardSwishInPieces() {
        ModelDraft draft = new ModelDraft(11, 4);
        String x = draft.conv(draft.input("x", -1, 2, 6, 6), 2, 4);
        String gate = draft.node("Add", List.of(x, draft.constant(Tensor.ofFloats(new float[] {3}))));
        gate = draft.node("Clip", List.of(gate, draft.constant(Tensor.ofFloats(new float[] {0})), draft.number(6)));
        gate = draft.node("Div", List.of(gate, draft.constant(Tensor.ofFloats(new float[] {6}))));
        x = draft.node("Mul", List.of(x, gate));
        draft.output(draft.gemm(draft.flatten(x), 4 * 36, 3), -1, 3);

        Graph read = draft.readsAndPrunes(4);

        assertThat(DependencyGroups.of(read).prunable())
                .extracting(ChannelGroup::size)
                .containsExactly(4);
    }

    @Test
    void readsAFixedBatch() {
        ModelDraft draft = new ModelDraft(13, 5);
        String x = relu(draft, draft.conv(draft.input("x", 1, 2, 6, 6), 2, 4));
        String shape = draft.node("Shape", List.of(x));
        String batch = draft.node("Gather", List.of(shape, draft.ints(0)), number("axis", 0));
        x = draft.node("Reshape", List.of(x, draft.node("Concat", List.of(batch, draft.ints(-1)), number("axis", 0))));
        draft.output(draft.gemm(x, 4 * 36, 3), 1, 3);

        Graph read = draft.readsAndPrunes(5);

        assertThat(read.inputs().get(0).shape()).isEqualTo(Shape.of(Shape.BATCH, 2, 6, 6));
        assertThat(read.outputs().get(0).shape()).isEqualTo(Shape.of(Shape.BATCH, 3));
    }

    @ParameterizedTest(name = "opset {0}")
    @ValueSource(ints = {9, 13, 14, 15, 21})
    void usesTheStatisticsOfABatchNormalisationExportedInTrainingMode(int opset) {
        Graph trained = trainingMode(opset, true).read();
        Graph evaluated = trainingMode(opset, false).readsAndPrunes(opset);

        assertThat(trained).isEqualTo(evaluated);
    }

    @Test
    void refusesABatchNormalisationWhoseBatchStatisticsAreUsed() {
        ModelDraft draft = new ModelDraft(14, 6);
        String x = draft.conv(draft.input("x", -1, 2, 6, 6), 2, 4);
        List<String> operands = List.of(x, draft.weights(4), draft.weights(4), draft.weights(4), draft.positive(4));
        List<String> made = draft.nodes("BatchNormalization", operands, 3, number("training_mode", 1));
        draft.output(draft.gemm(draft.flatten(made.get(0)), 4 * 36, 3), -1, 3);
        draft.output(made.get(1), 4);

        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(draft::read)
                .withMessageContaining("computes statistics of the batch")
                .withMessageContaining("model.eval()");
    }

    private static ModelDraft trainingMode(int opset, boolean training) {
        ModelDraft draft = new ModelDraft(opset, 7);
        String x = draft.conv(draft.input("x", -1, 2, 6, 6), 2, 4);
        List<String> operands = List.of(x, draft.weights(4), draft.weights(4), draft.weights(4), draft.positive(4));
        int outputs = !training ? 1 : opset < 14 ? 5 : 3;
        x = training && opset >= 14
                ? draft.nodes(
                                "BatchNormalization",
                                operands,
                                outputs,
                                real("momentum", 0.9f),
                                number("training_mode", 1))
                        .get(0)
                : draft.nodes("BatchNormalization", operands, outputs, real("momentum", 0.9f))
                        .get(0);
        draft.output(draft.gemm(draft.flatten(relu(draft, x)), 4 * 36, 3), -1, 3);
        return draft;
    }

    private static String relu(ModelDraft draft, String x) {
        return draft.node("Relu", List.of(x));
    }
}
