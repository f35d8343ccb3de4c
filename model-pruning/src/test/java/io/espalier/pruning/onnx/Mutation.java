package io.espalier.pruning.onnx;

import com.google.protobuf.ByteString;
import io.espalier.pruning.onnx.proto.AttributeProto;
import io.espalier.pruning.onnx.proto.GraphProto;
import io.espalier.pruning.onnx.proto.ModelProto;
import io.espalier.pruning.onnx.proto.NodeProto;
import io.espalier.pruning.onnx.proto.TensorProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Damages a model in ways that keep it a well-formed file: other numbers, names, operators, pieces missing or doubled. */
final class Mutation {
    private static final long[] NUMBERS = {
        -2, -1, 0, 1, 2, 3, 4, 6, 8, 100, Integer.MAX_VALUE, Integer.MIN_VALUE, Long.MAX_VALUE, Long.MIN_VALUE
    };
    private static final List<String> OPERATORS = List.of(
            "Add",
            "Concat",
            "Conv",
            "Flatten",
            "Gather",
            "Gemm",
            "Mul",
            "MatMul",
            "Pad",
            "ReduceMean",
            "Relu",
            "Reshape",
            "Shape",
            "Slice",
            "Softmax",
            "Split",
            "Squeeze",
            "Transpose",
            "Unsqueeze",
            "MaxPool",
            "Clip",
            "Frobnicate",
            "BatchNormalization",
            "GlobalAveragePool",
            "Identity",
            "Dropout",
            "Constant",
            "Cast",
            "ConstantOfShape",
            "Sum");

    private final Random random;
    private final ModelProto.Builder model;
    private final GraphProto.Builder graph;

    private Mutation(byte[] model, Random random) throws IOException {
        this.random = random;
        this.model = ModelProto.parseFrom(model).toBuilder();
        this.graph = this.model.getGraphBuilder();
    }

    static byte[] of(byte[] model, Random random) throws IOException {
        Mutation mutation = new Mutation(model, random);
        for (int steps = 1 + random.nextInt(3); steps > 0; steps--) {
            mutation.step();
        }
        return mutation.model.build().toByteArray();
    }

    private void step() {
        switch (random.nextInt(9)) {
            case 0, 1 -> attribute();
            case 2 -> operands();
            case 3 -> operatorType();
            case 4 -> dims();
            case 5, 6 -> numbers();
            case 7 -> nodes();
            default -> names();
        }
    }

    private void attribute() {
        NodeProto.Builder node = anyNode();
        if (node.getAttributeCount() == 0) {
            return;
        }
        int index = random.nextInt(node.getAttributeCount());
        AttributeProto.Builder attribute = node.getAttributeBuilder(index);
        if (random.nextInt(6) == 0) {
            node.removeAttribute(index);
        } else if (attribute.getIntsCount() > 0 && random.nextInt(4) > 0) {
            attribute.setInts(random.nextInt(attribute.getIntsCount()), anyNumber());
        } else if (attribute.getIntsCount() > 0) {
            attribute.addInts(anyNumber());
        } else {
            attribute.setI(anyNumber());
        }
    }

    private void operands() {
        NodeProto.Builder node = anyNode();
        List<String> inputs = new ArrayList<>(node.getInputList());
        if (inputs.isEmpty()) {
            return;
        }
        int index = random.nextInt(inputs.size());
        switch (random.nextInt(4)) {
            case 0 -> inputs.remove(index);
            case 1 -> inputs.set(index, "");
            case 2 -> inputs.set(index, anyTensor());
            default -> inputs.add(anyTensor());
        }
        node.clearInput().addAllInput(inputs);
    }

    private void operatorType() {
        anyNode().setOpType(OPERATORS.get(random.nextInt(OPERATORS.size())));
    }

    private void dims() {
        TensorProto.Builder tensor = anyInitializer();
        if (random.nextInt(3) == 0) {
            tensor.addDims(1);
        } else if (tensor.getDimsCount() > 1 && random.nextBoolean()) {
            List<Long> dims = new ArrayList<>(tensor.getDimsList());
            Collections.shuffle(dims, random);
            tensor.clearDims().addAllDims(dims);
        } else if (tensor.getDimsCount() > 0) {
            tensor.setDims(random.nextInt(tensor.getDimsCount()), anyNumber());
        }
    }

    /** Other numbers in a constant of integers, or integers where there were none. */
    private void numbers() {
        TensorProto.Builder tensor = anyInitializer();
        int size = tensor.getRawData().size();
        if (tensor.getDataType() != 7 || size == 0) {
            return;
        }
        ByteBuffer buffer = ByteBuffer.wrap(tensor.getRawData().toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(Long.BYTES * random.nextInt(size / Long.BYTES), anyNumber());
        tensor.setRawData(ByteString.copyFrom(buffer.array()));
    }

    private void nodes() {
        int index = random.nextInt(graph.getNodeCount());
        if (random.nextBoolean() && graph.getNodeCount() > 1) {
            graph.removeNode(index);
        } else {
            graph.addNode(graph.getNode(index));
        }
    }

    private void names() {
        NodeProto.Builder node = anyNode();
        switch (random.nextInt(3)) {
            case 0 -> node.addOutput(anyTensor() + (random.nextBoolean() ? "" : "'"));
            case 1 -> node.setOutput(0, anyTensor());
            default -> graph.getOutputBuilder(0).setName(anyTensor());
        }
    }

    private NodeProto.Builder anyNode() {
        return graph.getNodeBuilder(random.nextInt(graph.getNodeCount()));
    }

    private TensorProto.Builder anyInitializer() {
        return graph.getInitializerBuilder(random.nextInt(graph.getInitializerCount()));
    }

    private String anyTensor() {
        if (random.nextInt(3) == 0) {
            return anyInitializer().getName();
        }
        NodeProto.Builder node = anyNode();
        return node.getOutputCount() == 0 ? "" : node.getOutput(random.nextInt(node.getOutputCount()));
    }

    private long anyNumber() {
        return NUMBERS[random.nextInt(NUMBERS.length)];
    }
}
