package io.espalier.pruning.onnx;

import io.espalier.pruning.graph.ElementType;
import io.espalier.pruning.graph.InvalidModelException;
import io.espalier.pruning.graph.Shape;
import io.espalier.pruning.graph.Tensor;
import io.espalier.pruning.onnx.proto.TensorProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Reads the constants of a model, whichever of the schema's fields holds their elements. */
final class TensorImport {
    private TensorImport() {}

    static Tensor of(TensorProto proto, String name) {
        if (proto.getDataLocation() == TensorProto.DataLocation.EXTERNAL || proto.getExternalDataCount() > 0) {
            throw new InvalidModelException(
                    "Tensor '" + name + "' keeps its data in another file (external data), "
                            + "which is not accepted. Save the model as one file (onnx.save with save_as_external_data=False).");
        }
        try {
            Tensor tensor = read(proto, name);
            refuseNonFinite(tensor, name);
            return tensor;
        } catch (InvalidModelException e) {
            String message = String.valueOf(e.getMessage());
            throw message.contains("'" + name + "'")
                    ? e
                    : new InvalidModelException("Tensor '" + name + "' is damaged: " + message, e);
        }
    }

    private static Tensor read(TensorProto proto, String name) {
        ElementType type = ElementType.ofOnnxCode(proto.getDataType(), name);
        List<Integer> dims = new ArrayList<>();
        for (long dim : proto.getDimsList()) {
            if (dim < 0 || dim > Integer.MAX_VALUE) {
                throw new InvalidModelException(
                        "its extents " + proto.getDimsList() + " are negative or overflow. Export the model again.");
            }
            dims.add((int) dim);
        }
        Shape shape = new Shape(dims);
        if (!proto.getRawData().isEmpty()) {
            return Tensor.ofBytes(type, proto.getRawData().toByteArray(), shape);
        }
        if (type == ElementType.FLOAT) {
            float[] floats = new float[proto.getFloatDataCount()];
            for (int i = 0; i < floats.length; i++) {
                floats[i] = proto.getFloatData(i);
            }
            return Tensor.ofFloats(floats, shape);
        }
        return Tensor.ofBytes(type, fieldBytes(proto, type), shape);
    }

    private static byte[] fieldBytes(TensorProto proto, ElementType type) {
        int count = switch (type) {
            case INT64 -> proto.getInt64DataCount();
            case DOUBLE -> proto.getDoubleDataCount();
            case UINT32, UINT64 -> proto.getUint64DataCount();
            default -> proto.getInt32DataCount();
        };
        ByteBuffer buffer =
                ByteBuffer.allocate(Math.multiplyExact(count, type.sizeBytes())).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            switch (type) {
                case INT64 -> buffer.putLong(proto.getInt64Data(i));
                case DOUBLE -> buffer.putDouble(proto.getDoubleData(i));
                case UINT64 -> buffer.putLong(proto.getUint64Data(i));
                case UINT32 -> buffer.putInt((int) proto.getUint64Data(i));
                case INT32 -> buffer.putInt(proto.getInt32Data(i));
                case INT16, UINT16, FLOAT16, BFLOAT16 -> buffer.putShort((short) proto.getInt32Data(i));
                default -> buffer.put((byte) proto.getInt32Data(i));
            }
        }
        return buffer.array();
    }

    /** A lone infinity is legal (the bound of a Clip); anything else non-finite is a broken training run. */
    private static void refuseNonFinite(Tensor tensor, String name) {
        if (!tensor.isFloat()) {
            return;
        }
        for (int i = 0; i < tensor.elements(); i++) {
            float value = tensor.at(i);
            if (Float.isNaN(value) || (Float.isInfinite(value) && tensor.elements() > 1)) {
                throw new InvalidModelException("Tensor '" + name + "' holds " + value + " at element " + i
                        + ". The training of this model diverged; export a healthy checkpoint.");
            }
        }
    }
}
