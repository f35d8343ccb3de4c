package io.espalier.pruning.onnx;

import com.google.protobuf.ByteString;
import io.espalier.pruning.onnx.proto.GraphProto;
import io.espalier.pruning.onnx.proto.ModelProto;
import io.espalier.pruning.onnx.proto.NodeProto;
import io.espalier.pruning.onnx.proto.OperatorSetIdProto;
import io.espalier.pruning.onnx.proto.TensorProto;
import io.espalier.pruning.onnx.proto.TensorShapeProto;
import io.espalier.pruning.onnx.proto.TypeProto;
import io.espalier.pruning.onnx.proto.ValueInfoProto;
import java.util.function.Consumer;

/** A one-layer model in the schema itself, so that tests can break it in ways the writer never would. */
public final class ToyModel {
    private ToyModel() {}

    /** {@code y = relu(x * w + b)}, 2 features to 2. */
    static ModelProto.Builder valid() {
        GraphProto.Builder graph = GraphProto.newBuilder()
                .setName("toy")
                .addInput(value("x", -1, 2))
                .addOutput(value("y", -1, 2))
                .addInitializer(floats("w", 2, 2))
                .addInitializer(floats("b", 2))
                .addNode(node("Gemm", "dense", "h", "x", "w", "b"))
                .addNode(node("Relu", "act", "y", "h"));
        return ModelProto.newBuilder().setIrVersion(8).addOpsetImport(opset(13)).setGraph(graph);
    }

    public static byte[] with(Consumer<GraphProto.Builder> change) {
        ModelProto.Builder model = valid();
        change.accept(model.getGraphBuilder());
        return model.build().toByteArray();
    }

    static OperatorSetIdProto opset(long version) {
        return OperatorSetIdProto.newBuilder().setVersion(version).build();
    }

    static NodeProto node(String type, String name, String output, String... inputs) {
        return NodeProto.newBuilder()
                .setOpType(type)
                .setName(name)
                .addOutput(output)
                .addAllInput(java.util.List.of(inputs))
                .build();
    }

    static TensorProto floats(String name, long... dims) {
        TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(1);
        long count = 1;
        for (long dim : dims) {
            tensor.addDims(dim);
            count *= dim;
        }
        for (int i = 0; i < count; i++) {
            tensor.addFloatData(i + 1);
        }
        return tensor.build();
    }

    static TensorProto raw(String name, byte[] bytes, long... dims) {
        TensorProto.Builder tensor =
                TensorProto.newBuilder().setName(name).setDataType(1).setRawData(ByteString.copyFrom(bytes));
        for (long dim : dims) {
            tensor.addDims(dim);
        }
        return tensor.build();
    }

    /** A float tensor; negative extents become the symbol {@code dyn}. */
    public static ValueInfoProto value(String name, long... dims) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (long dim : dims) {
            if (dim < 0) {
                shape.addDimBuilder().setDimParam("dyn");
            } else {
                shape.addDimBuilder().setDimValue(dim);
            }
        }
        TypeProto.Tensor type =
                TypeProto.Tensor.newBuilder().setElemType(1).setShape(shape).build();
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(type))
                .build();
    }
}
