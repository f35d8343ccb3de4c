package io.espalier.pruning.onnx;

import static io.espalier.pruning.onnx.ToyModel.floats;
import static io.espalier.pruning.onnx.ToyModel.node;
import static io.espalier.pruning.onnx.ToyModel.opset;
import static io.espalier.pruning.onnx.ToyModel.raw;
import static io.espalier.pruning.onnx.ToyModel.value;
import static io.espalier.pruning.onnx.ToyModel.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.espalier.pruning.graph.InvalidModelException;
import io.espalier.pruning.graph.ReferenceNetworks;
import io.espalier.pruning.onnx.proto.AttributeProto;
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

    private static ThrowableAssertAlternative<InvalidModelException> refused(byte[] bytes) {
        return assertThatExceptionOfType(InvalidModelException.class).isThrownBy(() -> OnnxReader.read(bytes));
    }
}
