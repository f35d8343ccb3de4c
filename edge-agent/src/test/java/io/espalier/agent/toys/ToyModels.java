package io.espalier.agent.toys;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.espalier.proto.v1.InputContract;
import io.espalier.proto.v1.Sample;
import io.espalier.proto.v1.Samples;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.List;

/** Small real ONNX models, written field by field. */
public final class ToyModels {
    private static final int FLOAT = 1;

    private ToyModels() {}

    /** Writes the fields of one protobuf message. */
    @FunctionalInterface
    interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }

    /** {@code x [N,1,2,2] -> Flatten -> MatMul [4,2] -> y [N,2]}: sums of the left and of the right column. */
    public static byte[] columnSums() {
        return columnSums(1);
    }

    /** As {@link #columnSums()}, times {@code factor}; models of different factors have different digests. */
    public static byte[] columnSums(float factor) {
        float[] weights = {factor, 0, 0, factor, factor, 0, 0, factor};
        return model(graph -> {
            message(graph, 1, node("Flatten", "x", "flat"));
            message(graph, 1, node("MatMul", "flat", "w", "y"));
            graph.writeString(2, "columns");
            message(graph, 5, tensor("w", weights, 4, 2));
            message(graph, 11, valueInfo("x", -1, 1, 2, 2));
            message(graph, 12, valueInfo("y", -1, 2));
        });
    }

    /** A graph with an operator no runtime knows. */
    public static byte[] unknownOperator() {
        return model(graph -> {
            message(graph, 1, node("Frobnicate", "x", "y"));
            graph.writeString(2, "unknown");
            message(graph, 11, valueInfo("x", -1, 1, 2, 2));
            message(graph, 12, valueInfo("y", -1, 2));
        });
    }

    /** The contract of {@link #columnSums()}: raw bytes times 1/255. */
    public static InputContract contract() {
        return InputContract.newBuilder()
                .setLayout(InputContract.Layout.LAYOUT_NCHW)
                .addAllShape(List.of(1, 2, 2))
                .setScale(1 / 255f)
                .addAllClassNames(List.of("left", "right"))
                .setTask("classification")
                .build();
    }

    /** Pictures whose bright column is their label, and one whose label is wrong. */
    public static Samples labelled() {
        return Samples.newBuilder()
                .addSamples(sample(0, 255, 0, 255, 0))
                .addSamples(sample(1, 0, 255, 0, 255))
                .addSamples(sample(0, 200, 10, 200, 10))
                .addSamples(sample(0, 10, 200, 10, 200))
                .build();
    }

    /** A golden sample with the outputs of {@link #columnSums(float)}. */
    public static Samples golden(float factor) {
        return Samples.newBuilder()
                .addSamples(sample(0, 255, 0, 255, 51).toBuilder()
                        .addExpectedOutput(2 * factor)
                        .addExpectedOutput(0.2f * factor))
                .build();
    }

    /** As many golden samples, each with a label that the model does not give. */
    public static Samples mislabelled(float factor, int samples) {
        Sample wrong = golden(factor).getSamples(0).toBuilder().setLabel(1).build();
        return Samples.newBuilder()
                .addAllSamples(Collections.nCopies(samples, wrong))
                .build();
    }

    private static Sample sample(int label, int... raw) {
        byte[] bytes = new byte[raw.length];
        for (int i = 0; i < raw.length; i++) {
            bytes[i] = (byte) raw[i];
        }
        return Sample.newBuilder()
                .setUint8(ByteString.copyFrom(bytes))
                .setLabel(label)
                .build();
    }

    static byte[] model(Fields graph) {
        return bytes(model -> {
            model.writeInt64(1, 8);
            message(model, 7, graph);
            message(model, 8, opset -> opset.writeInt64(2, 13));
        });
    }

    static Fields node(String operator, String... inputsThenOutput) {
        return node -> {
            for (int i = 0; i < inputsThenOutput.length - 1; i++) {
                node.writeString(1, inputsThenOutput[i]);
            }
            node.writeString(2, inputsThenOutput[inputsThenOutput.length - 1]);
            node.writeString(4, operator);
        };
    }

    static Fields tensor(String name, float[] values, long... dimensions) {
        return tensor -> {
            for (long dimension : dimensions) {
                tensor.writeInt64(1, dimension);
            }
            tensor.writeInt32(2, FLOAT);
            tensor.writeString(8, name);
            ByteBuffer raw = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (float value : values) {
                raw.putFloat(value);
            }
            tensor.writeByteArray(9, raw.array());
        };
    }

    static Fields valueInfo(String name, long... dimensions) {
        return info -> {
            info.writeString(1, name);
            message(
                    info,
                    2,
                    type -> message(type, 1, tensor -> {
                        tensor.writeInt32(1, FLOAT);
                        message(tensor, 2, shape -> {
                            for (long dimension : dimensions) {
                                message(shape, 1, axis -> {
                                    if (dimension < 0) {
                                        axis.writeString(2, "N");
                                    } else {
                                        axis.writeInt64(1, dimension);
                                    }
                                });
                            }
                        });
                    }));
        };
    }

    static void message(CodedOutputStream out, int field, Fields fields) throws IOException {
        out.writeByteArray(field, bytes(fields));
    }

    static byte[] bytes(Fields fields) {
        ByteArrayOutputStream memory = new ByteArrayOutputStream();
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(memory);
            fields.write(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return memory.toByteArray();
    }
}
