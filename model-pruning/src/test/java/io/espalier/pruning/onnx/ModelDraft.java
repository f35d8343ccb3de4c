package io.espalier.pruning.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.espalier.pruning.graph.ElementType;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Ort;
import io.espalier.pruning.graph.Pruning;
import io.espalier.pruning.graph.Shape;
import io.espalier.pruning.graph.Tensor;
import io.espalier.pruning.graph.ValueInfo;
import io.espalier.pruning.onnx.proto.AttributeProto;
import io.espalier.pruning.onnx.proto.AttributeProto.AttributeType;
import io.espalier.pruning.onnx.proto.GraphProto;
import io.espalier.pruning.onnx.proto.ModelProto;
import io.espalier.pruning.onnx.proto.NodeProto;
import io.espalier.pruning.onnx.proto.TensorProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Models written into the schema itself, node by node, as exporters write them. */
final class ModelDraft {
    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("draft");
    private final List<ValueInfo> inputs = new ArrayList<>();
    private final Random random;
    private final int opset;
    private String scope = "";
    private int counter;

    ModelDraft(int opset, long seed) {
        this.opset = opset;
        this.random = new Random(seed);
    }

    int opset() {
        return opset;
    }

    /** Begins the names of all further nodes with this. */
    void within(String name) {
        scope = name + "/";
    }

    /** A float input; an extent of -1 is dynamic. */
    String input(String name, int... dims) {
        graph.addInput(ToyModel.value(name, longs(dims)));
        inputs.add(new ValueInfo(name, ElementType.FLOAT, Shape.of(dims)));
        return name;
    }

    void output(String name, int... dims) {
        graph.addOutput(ToyModel.value(name, longs(dims)));
    }

    /** Random weights as an initializer. */
    String weights(int... dims) {
        return initializer(gaussian(dims));
    }

    /** Random positive numbers as an initializer. */
    String positive(int... dims) {
        float[] values = gaussian(dims).floats();
        for (int i = 0; i < values.length; i++) {
            values[i] = 0.5f + Math.abs(values[i]);
        }
        return initializer(Tensor.ofFloats(values, dims));
    }

    String ints(long... values) {
        return initializer(Tensor.vector(values));
    }

    String number(float value) {
        return initializer(Tensor.ofFloats(new float[] {value}));
    }

    String initializer(Tensor tensor) {
        String name = "const" + counter++;
        graph.addInitializer(proto(name, tensor));
        return name;
    }

    /** A Constant node. */
    String constant(Tensor tensor) {
        return node("Constant", List.of(), tensor("value", tensor));
    }

    Tensor gaussian(int... dims) {
        float[] values = new float[(int) Shape.of(dims).elements()];
        int fanIn = dims.length < 2 ? 4 : Math.max(values.length / dims[0], values.length / dims[1]);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() / Math.sqrt(fanIn));
        }
        return Tensor.ofFloats(values, dims);
    }

    /** A node with one output, whose name is given back. */
    String node(String type, List<String> operands, AttributeProto... attributes) {
        return nodes(type, operands, 1, attributes).get(0);
    }

    /** A node with several outputs. */
    List<String> nodes(String type, List<String> operands, int outputs, AttributeProto... attributes) {
        String name = scope + type.toLowerCase(Locale.ROOT) + counter++;
        List<String> made = new ArrayList<>();
        for (int i = 0; i < outputs; i++) {
            made.add(name + "_" + i);
        }
        graph.addNode(NodeProto.newBuilder()
                .setOpType(type)
                .setName(name)
                .addAllInput(operands)
                .addAllOutput(made)
                .addAllAttribute(List.of(attributes)));
        return made;
    }

    /** A 3x3 convolution with bias that keeps height and width. */
    String conv(String x, int in, int out) {
        return node("Conv", List.of(x, weights(out, in, 3, 3), weights(out)), ints("pads", 1, 1, 1, 1));
    }

    /** A dense layer as Gemm. */
    String gemm(String x, int in, int out) {
        return node("Gemm", List.of(x, weights(out, in), weights(out)), number("transB", 1));
    }

    /** A dense layer as MatMul and Add. */
    String dense(String x, int in, int out) {
        return node("Add", List.of(node("MatMul", List.of(x, weights(in, out))), weights(out)));
    }

    String flatten(String x) {
        return node("Flatten", List.of(x), number("axis", 1));
    }

    /** A node with axes where its opset wants them: from {@code since} on as an input, before as an attribute. */
    String withAxes(String type, String x, int since, long[] axes, AttributeProto... others) {
        if (opset >= since) {
            return node(type, List.of(x, ints(axes)), others);
        }
        List<AttributeProto> all = new ArrayList<>(List.of(others));
        all.add(ints("axes", axes));
        return node(type, List.of(x), all.toArray(new AttributeProto[0]));
    }

    byte[] bytes() {
        return ModelProto.newBuilder()
                .setIrVersion(opset < 13 ? 6 : opset < 19 ? 8 : opset < 21 ? 9 : 10)
                .addOpsetImport(ToyModel.opset(opset))
                .setGraph(graph)
                .build()
                .toByteArray();
    }

    Graph read() {
        return OnnxReader.read(bytes());
    }

    /** Checks that the graph that was read computes what the file computes, and that pruning it equals masking it. */
    Graph readsAndPrunes(long seed) {
        Graph read = readsTheSame(seed);
        Pruning.assertCutEqualsMask(read, seed);
        return read;
    }

    /** Checks that the graph that was read computes what the file computes, and stays the same when read again. */
    Graph readsTheSame(long seed) {
        Graph read = read();
        assertThat(OnnxReader.read(OnnxWriter.write(read))).isEqualTo(read);
        Pruning.assertSameOutputs(
                Ort.run(bytes(), inputs, new Random(seed)),
                Ort.run(OnnxWriter.write(read), inputs, new Random(seed)),
                seed);
        return read;
    }

    static AttributeProto ints(String name, long... values) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder().setName(name).setType(AttributeType.INTS);
        for (long value : values) {
            attribute.addInts(value);
        }
        return attribute.build();
    }

    static AttributeProto number(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.INT)
                .setI(value)
                .build();
    }

    static AttributeProto real(String name, float value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.FLOAT)
                .setF(value)
                .build();
    }

    static AttributeProto text(String name, String value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.STRING)
                .setS(ByteString.copyFromUtf8(value))
                .build();
    }

    static AttributeProto tensor(String name, Tensor value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.TENSOR)
                .setT(proto("", value))
                .build();
    }

    private static TensorProto proto(String name, Tensor tensor) {
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(tensor.type().onnxCode())
                .addAllDims(
                        tensor.shape().dims().stream().map(Integer::longValue).toList())
                .setRawData(ByteString.copyFrom(tensor.bytes()))
                .build();
    }

    private static long[] longs(int... values) {
        return Arrays.stream(values).asLongStream().toArray();
    }
}
