package io.espalier.pruning.graph;

/** The type of a tensor's elements, with its number in ONNX and its size. */
public enum ElementType {
    FLOAT(1, 4),
    UINT8(2, 1),
    INT8(3, 1),
    UINT16(4, 2),
    INT16(5, 2),
    INT32(6, 4),
    INT64(7, 8),
    BOOL(9, 1),
    FLOAT16(10, 2),
    DOUBLE(11, 8),
    UINT32(12, 4),
    UINT64(13, 8),
    BFLOAT16(16, 2);

    private final int onnxCode;
    private final int sizeBytes;

    ElementType(int onnxCode, int sizeBytes) {
        this.onnxCode = onnxCode;
        this.sizeBytes = sizeBytes;
    }

    /** The number of this type in {@code TensorProto.DataType}. */
    public int onnxCode() {
        return onnxCode;
    }

    /** Bytes of one element. */
    public int sizeBytes() {
        return sizeBytes;
    }

    /** The type with this ONNX number; {@code where} names the tensor in the error. */
    public static ElementType ofOnnxCode(int code, String where) {
        for (ElementType type : values()) {
            if (type.onnxCode == code) {
                return type;
            }
        }
        throw new InvalidModelException("Tensor '" + where + "' has element type " + code
                + ", which Espalier does not support. Export the model in float32.");
    }
}
