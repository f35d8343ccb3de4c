package io.espalier.pruning.onnx;

import static io.espalier.pruning.onnx.ToyModel.floats;
import static io.espalier.pruning.onnx.ToyModel.node;
import static io.espalier.pruning.onnx.ToyModel.opset;
import static io.espalier.pruning.onnx.ToyModel.raw;
import static io.espalier.pruning.onnx.ToyModel.value;
import static io.espalier.pruning.onnx.ToyModel.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.espalier.pruning.graph.DependencyGroups;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.InvalidModelException;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.ReferenceNetworks;
import io.espalier.pruning.graph.Shapes;
import io.espalier.pruning.onnx.proto.AttributeProto;
import io.espalier.pruning.onnx.proto.NodeProto;
import io.espalier.pruning.onnx.proto.TensorProto;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InvalidModelTest {
    @Test
    void acceptsTheToyModelAsItIs() {
        assertThat(OnnxReader.read(with(graph -> {})).nodes()).hasSize(2);
    }

    @Test
    void refusesAFileThatIsNotOnnx() {
        refused("hello, world, this is text".getBytes(StandardCharsets.UTF_8))
                .withMessageContaining("not an ONNX file");
        refused(new byte[100]).withMessageContaining("not an ONNX file");
        refused(new byte[0]).withMessageContaining("empty (0 bytes)");
        refused("\u0089HDF\r\n".getBytes(StandardCharsets.ISO_8859_1))
                .withMessageContaining("./espalier import model.h5");
        refused("PK\u0003\u0004".getBytes(StandardCharsets.ISO_8859_1)).withMessageContaining("torch.onnx.export");
    }

    @Test
    void refusesATruncatedFile() {
        byte[] whole = OnnxWriter.write(ReferenceNetworks.sourceCnn(1));

        for (int length : new int[] {2, 13, 1_000, whole.length / 2, whole.length - 1}) {
            refused(Arrays.copyOf(whole, length)).withMessageContaining("truncated");
        }
    }

    @Test
    void refusesAnOpsetThatIsTooNew() {
        refused(ToyModel.valid()
                        .clearOpsetImport()
                        .addOpsetImport(opset(23))
                        .build()
                        .toByteArray())
                .withMessageContaining("opset 23")
                .withMessageContaining("21 is the newest");
    }

    @Test
    void refusesAnOpsetThatIsTooOld() {
        refused(ToyModel.valid()
                        .clearOpsetImport()
                        .addOpsetImport(opset(7))
                        .build()
                        .toByteArray())
                .withMessageContaining("opset 7")
                .withMessageContaining("9 is the oldest");
    }

    @Test
    void refusesWeightsThatAreNotFinite() {
        refused(with(g -> g.setInitializer(0, floats("w", 2, 2).toBuilder().setFloatData(2, Float.NaN))))
                .withMessageContaining("'w'")
                .withMessageContaining("NaN at element 2");
        refused(with(g -> g.setInitializer(1, floats("b", 2).toBuilder().setFloatData(0, Float.POSITIVE_INFINITY))))
                .withMessageContaining("'b'")
                .withMessageContaining("Infinity");
    }

    @Test
    void refusesADynamicDimensionOtherThanTheBatch() {
        refused(with(g -> g.setInput(0, value("x", -1, -1))))
                .withMessageContaining("Input 'x'")
                .withMessageContaining("axis 1 is 'dyn'");
    }

    @Test
    void refusesExternalData() {
        refused(with(g -> g.setInitializer(
                        0, floats("w", 2, 2).toBuilder().setDataLocation(TensorProto.DataLocation.EXTERNAL))))
                .withMessageContaining("'w'")
                .withMessageContaining("external data");
    }

    @Test
    void refusesACycle() {
        refused(with(g -> g.setNode(0, node("Gemm", "dense", "h", "y", "w", "b"))))
                .withMessageContaining("cycle")
                .withMessageContaining("Gemm 'dense'");
    }

    @Test
    void namesTheNodesOfACycleAndNoOthers() {
        refused(with(g -> {
                    g.addNode(node("Relu", "first", "p", "r"));
                    g.addNode(node("Relu", "second", "q", "p"));
                    g.addNode(node("Add", "third", "r", "q", "x"));
                    g.addNode(node("Relu", "behind", "s", "r"));
                }))
                .withMessageContaining("cycle through")
                .withMessageContaining("Relu 'first'")
                .withMessageContaining("Relu 'second'")
                .withMessageContaining("Add 'third'")
                .withMessageNotContaining("behind");
    }

    @Test
    void refusesNamesThatAreNotUnique() {
        refused(with(g -> g.addInitializer(floats("w", 2, 2)))).withMessageContaining("Two initializers are named 'w'");
        refused(with(g -> g.addInput(value("x", -1, 2)))).withMessageContaining("Graph input 'x'");
        refused(with(g -> g.addOutput(value("y", -1, 2)))).withMessageContaining("Two graph outputs are named 'y'");
        refused(with(g -> g.addNode(node("Relu", "again", "h", "x"))))
                .withMessageContaining("'h' has two sources")
                .withMessageContaining("Relu 'again'");
        refused(with(g -> g.addNode(node("Relu", "weights", "w", "x")))).withMessageContaining("'w' has two sources");
        refused(with(g -> g.addInitializer(floats("", 2)))).withMessageContaining("empty name");
        AttributeProto axis = ModelDraft.number("transB", 0);
        refused(with(g -> g.getNodeBuilder(0).addAttribute(axis).addAttribute(axis)))
                .withMessageContaining("Gemm 'dense' has two attributes named 'transB'");
        refused(ToyModel.valid().addOpsetImport(opset(12)).build().toByteArray())
                .withMessageContaining("2 versions of the standard ONNX operators");
    }

    @Test
    void acceptsNodesWithOneNameAndGivesThemTwo() {
        byte[] model = with(g -> g.addNode(node("Tanh", "act", "z", "h")));

        assertThat(OnnxReader.read(model).nodes()).extracting(Node::name).doesNotHaveDuplicates();
    }

    @Test
    void refusesAFileThatWouldFillTheMemory() {
        // Two bytes of the file become a node object each; one byte of packed numbers becomes eight.
        refused(with(g -> {
                    for (int i = 0; i < WireBudget.MAX_FIELDS; i++) {
                        g.addNode(NodeProto.getDefaultInstance());
                    }
                }))
                .withMessageContaining("more than 2000000 fields");
        byte[] zeros = new byte[WireBudget.MAX_NUMBERS + 1];
        refused(nested(7, nested(5, nested(7, zeros)))).withMessageContaining("packed numbers");
    }

    @Test
    void refusesMoreNodesThanItCanFollow() {
        refused(chain(20_001, "Relu")).withMessageContaining("20003 nodes");
    }

    @Test
    void followsAsManyNodesAsItAccepts() {
        Graph graph = OnnxReader.read(chain(19_000, "Relu"));

        assertThat(DependencyGroups.of(graph).keptDense()).hasSize(1);
        Graph unknown = OnnxReader.read(chain(19_000, "Frobnicate"));
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> Shapes.infer(unknown).of("z19000"))
                .withMessageContaining("Frobnicate 'n1', which Espalier does not know");
    }

    @Test
    void refusesMessagesNestedDeeply() {
        byte[] groups = new byte[100_000];
        Arrays.fill(groups, (byte) (15 << 3 | 3));
        byte[] start = {1 << 3, 8};
        byte[] model = Arrays.copyOf(start, start.length + groups.length);
        System.arraycopy(groups, 0, model, start.length, groups.length);

        refused(model).withMessageContaining("damaged");
    }

    @Test
    void refusesConstantsThatTheGraphWouldBlowUp() {
        refused(with(g -> {
                    g.addInitializer(longs("size", 1L << 20, 1L << 20));
                    g.addNode(node("ConstantOfShape", "huge", "zeros", "size"));
                    g.setNode(1, node("Add", "sum", "y", "h", "zeros"));
                }))
                .withMessageContaining("ConstantOfShape 'huge'");
        refused(with(g -> {
                    g.addInitializer(longs("d0", 1, 2, 3, 4));
                    for (int i = 0; i < 40; i++) {
                        g.addNode(node("Concat", "double" + i, "d" + (i + 1), "d" + i, "d" + i).toBuilder()
                                .addAttribute(ModelDraft.number("axis", 0)));
                    }
                    g.setNode(1, node("Reshape", "reshape", "y", "h", "d40"));
                }))
                .withMessageContaining("'d27' has the shape [536870912]");
    }

    @Test
    void refusesTensorsThatGrowWithoutWeights() {
        refused(with(g -> {
                    for (int i = 0; i < 40; i++) {
                        g.addNode(node(
                                        "Concat",
                                        "double" + i,
                                        "d" + (i + 1),
                                        i == 0 ? "x" : "d" + i,
                                        i == 0 ? "x" : "d" + i)
                                .toBuilder()
                                .addAttribute(ModelDraft.number("axis", 1)));
                    }
                }))
                .withMessageContaining("at most 268435456");
    }

    @Test
    void refusesWindowsThatOverflow() {
        refused(pool(Integer.MAX_VALUE, 1))
                .withMessageContaining("MaxPool 'pool' has a window of [2147483647x2147483647]");
        refused(pool(2, Integer.MAX_VALUE)).withMessageContaining("MaxPool 'pool' overflow");
    }

    /** A pool with as much padding as there can be. */
    private static byte[] pool(int kernel, int dilation) {
        int most = Integer.MAX_VALUE;
        return with(g -> {
            g.setInput(0, value("x", -1, 1, 4, 4));
            g.clearNode();
            g.addNode(node("MaxPool", "pool", "y", "x").toBuilder()
                    .addAttribute(ModelDraft.ints("kernel_shape", kernel, kernel))
                    .addAttribute(ModelDraft.ints("dilations", dilation, dilation))
                    .addAttribute(ModelDraft.ints("pads", most, most, most, most)));
        });
    }

    @Test
    void refusesOperatorsWithTooFewInputsOrWithAxesTheyDoNotHave() {
        refused(with(g -> g.setNode(1, node("Add", "act", "y", "h"))))
                .withMessageContaining("Add 'act' has 1 inputs; it needs 2");
        refused(with(g -> g.setNode(1, node("Relu", "act", "y", "")))).withMessageContaining("Relu 'act' has no first");
        refused(with(g -> g.setNode(
                        1,
                        node("Flatten", "act", "y", "h").toBuilder()
                                .addAttribute(ModelDraft.number("axis", Long.MIN_VALUE)))))
                .withMessageContaining("Flatten 'act'");
    }

    @Test
    void refusesTooManyAxes() {
        long[] dims = new long[17];
        Arrays.fill(dims, 1);
        refused(with(g -> g.setInput(0, value("x", dims)))).withMessageContaining("17 axes");
    }

    @Test
    void refusesExtentsThatOverflow() {
        refused(with(g -> g.setInitializer(0, raw("w", new byte[16], Integer.MAX_VALUE, Integer.MAX_VALUE, 4))))
                .withMessageContaining("'w'")
                .withMessageContaining("overflow");
        refused(with(g -> g.setInitializer(0, raw("w", new byte[16], -2, 2))))
                .withMessageContaining("'w'")
                .withMessageContaining("negative");
        refused(with(g -> g.setInput(0, value("x", -1, 100_000, 100_000)))).withMessageContaining("at most 268435456");
    }

    @Test
    void refusesDataThatDoesNotFillItsShape() {
        refused(with(g -> g.setInitializer(0, raw("w", new byte[12], 2, 2))))
                .withMessageContaining("'w'")
                .withMessageContaining("16 bytes");
    }

    @Test
    void refusesANodeThatReadsNothing() {
        refused(with(g -> g.setNode(1, node("Relu", "act", "y", "nowhere"))))
                .withMessageContaining("'nowhere'")
                .withMessageContaining("Relu 'act'");
    }

    @Test
    void refusesShapesThatDoNotFit() {
        refused(with(g -> g.setInput(0, value("x", -1, 3)))).withMessageContaining("Gemm 'dense'");
    }

    @Test
    void refusesControlFlow() {
        AttributeProto branch = AttributeProto.newBuilder()
                .setName("then_branch")
                .setType(AttributeProto.AttributeType.GRAPH)
                .build();
        refused(with(g -> g.addNode(node("If", "choice", "z", "x").toBuilder().addAttribute(branch))))
                .withMessageContaining("'then_branch' of If 'choice'");
    }

    @Test
    void refusesAModelWithoutOutputs() {
        refused(with(g -> g.clearOutput())).withMessageContaining("no output");
    }

    @Test
    void refusesAFileThatIsTooLargeBeforeReadingIt(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("huge.onnx");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(OnnxReader.MAX_SIZE_BYTES + 1);
        }

        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> OnnxReader.read(file))
                .withMessageContaining("huge.onnx has 536870913 bytes");
    }

    /** The toy model with this many nodes in a row behind its input. */
    private static byte[] chain(int length, String type) {
        return with(g -> {
            for (int i = length; i > 0; i--) {
                g.addNode(node(type, "n" + i, "z" + i, i == 1 ? "x" : "z" + (i - 1)));
            }
        });
    }

    private static TensorProto longs(String name, long... values) {
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(7)
                .addDims(values.length)
                .addAllInt64Data(Arrays.stream(values).boxed().toList())
                .build();
    }

    /** A field that holds these bytes. */
    private static byte[] nested(int field, byte[] content) {
        return UnknownFieldSet.newBuilder()
                .addField(
                        field,
                        UnknownFieldSet.Field.newBuilder()
                                .addLengthDelimited(ByteString.copyFrom(content))
                                .build())
                .build()
                .toByteArray();
    }

    private static ThrowableAssertAlternative<InvalidModelException> refused(byte[] bytes) {
        return assertThatExceptionOfType(InvalidModelException.class).isThrownBy(() -> OnnxReader.read(bytes));
    }
}
