package io.espalier.pruning.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.espalier.pruning.graph.Attribute;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Shape;
import io.espalier.pruning.graph.Tensor;
import io.espalier.pruning.graph.ValueInfo;
import io.espalier.pruning.onnx.proto.AttributeProto;
import io.espalier.pruning.onnx.proto.AttributeProto.AttributeType;
import io.espalier.pruning.onnx.proto.GraphProto;
import io.espalier.pruning.onnx.proto.ModelProto;
import io.espalier.pruning.onnx.proto.NodeProto;
import io.espalier.pruning.onnx.proto.OperatorSetIdProto;
import io.espalier.pruning.onnx.proto.StringStringEntryProto;
import io.espalier.pruning.onnx.proto.TensorProto;
import io.espalier.pruning.onnx.proto.TensorShapeProto;
import io.espalier.pruning.onnx.proto.TypeProto;
import io.espalier.pruning.onnx.proto.ValueInfoProto;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes graphs as ONNX files. Equal graphs give equal bytes, so a digest names a model. */
public final class OnnxWriter {
    /** Written into every file; carries no version, so that a release does not change digests. */
    public static final String PRODUCER = "espalier";

    private OnnxWriter() {}

    /** The bytes of an ONNX file. */
    public static byte[] write(Graph graph) {
        ModelProto.Builder model = ModelProto.newBuilder()
                .setIrVersion(irVersion(graph.opset()))
                .setProducerName(PRODUCER)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(graph.opset()))
                .setGraph(graph(graph));
        graph.otherOpsets()
                .forEach((domain, version) -> model.addOpsetImport(
                        OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(version)));
        graph.metadata()
                .forEach((key, value) -> model.addMetadataProps(
                        StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
        return bytes(model.build());
    }

    /** The oldest file format that may carry this opset, so that old runtimes can still load the model. */
    private static int irVersion(int opset) {
        if (opset >= 21) {
            return 10;
        }
        return opset >= 19 ? 9 : opset >= 15 ? 8 : opset >= 13 ? 7 : 6;
    }

    private static GraphProto graph(Graph graph) {
        GraphProto.Builder proto = GraphProto.newBuilder().setName(graph.name().isEmpty() ? "graph" : graph.name());
        graph.nodes().forEach(node -> proto.addNode(node(node)));
        graph.initializers().forEach((name, tensor) -> proto.addInitializer(tensor(name, tensor)));
        graph.inputs().forEach(input -> proto.addInput(valueInfo(input)));
        graph.outputs().forEach(output -> proto.addOutput(valueInfo(output)));
        graph.declared().values().forEach(value -> proto.addValueInfo(valueInfo(value)));
        return proto.build();
    }

    private static NodeProto node(Node node) {
        NodeProto.Builder proto = NodeProto.newBuilder()
                .setName(node.name())
                .setOpType(node.opType())
                .setDomain(node.domain())
                .addAllInput(node.inputs())
                .addAllOutput(node.outputs());
        node.attributes().forEach((name, value) -> proto.addAttribute(attribute(name, value)));
        return proto.build();
    }

    private static AttributeProto attribute(String name, Attribute attribute) {
        AttributeProto.Builder proto = AttributeProto.newBuilder().setName(name);
        if (attribute instanceof Attribute.IntValue v) {
            proto.setType(AttributeType.INT).setI(v.value());
        } else if (attribute instanceof Attribute.FloatValue v) {
            proto.setType(AttributeType.FLOAT).setF(v.value());
        } else if (attribute instanceof Attribute.StringValue v) {
            proto.setType(AttributeType.STRING).setS(ByteString.copyFromUtf8(v.value()));
        } else if (attribute instanceof Attribute.TensorValue v) {
            proto.setType(AttributeType.TENSOR).setT(tensor("", v.value()));
        } else if (attribute instanceof Attribute.Ints v) {
            proto.setType(AttributeType.INTS).addAllInts(v.values());
        } else if (attribute instanceof Attribute.Floats v) {
            proto.setType(AttributeType.FLOATS).addAllFloats(v.values());
        } else if (attribute instanceof Attribute.Strings v) {
            proto.setType(AttributeType.STRINGS);
            v.values().forEach(s -> proto.addStrings(ByteString.copyFromUtf8(s)));
        }
        return proto.build();
    }

    private static TensorProto tensor(String name, Tensor tensor) {
        TensorProto.Builder proto = TensorProto.newBuilder()
                .setName(name)
                .setDataType(tensor.type().onnxCode())
                .setRawData(ByteString.copyFrom(tensor.bytes()));
        tensor.shape().dims().forEach(proto::addDims);
        return proto.build();
    }

    private static ValueInfoProto valueInfo(ValueInfo value) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (int dim : value.shape().dims()) {
            TensorShapeProto.Dimension.Builder extent = shape.addDimBuilder();
            if (dim == Shape.BATCH) {
                extent.setDimParam("N");
            } else {
                extent.setDimValue(dim);
            }
        }
        TypeProto.Tensor type = TypeProto.Tensor.newBuilder()
                .setElemType(value.type().onnxCode())
                .setShape(shape)
                .build();
        return ValueInfoProto.newBuilder()
                .setName(value.name())
                .setType(TypeProto.newBuilder().setTensorType(type))
                .build();
    }

    private static byte[] bytes(ModelProto model) {
        byte[] bytes = new byte[model.getSerializedSize()];
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.useDeterministicSerialization();
        try {
            model.writeTo(out);
            out.checkNoSpaceLeft();
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to memory failed", e);
        }
        return bytes;
    }
}
