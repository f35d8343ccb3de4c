package io.espalier.pruning.onnx;

import io.espalier.pruning.graph.InvalidModelException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Tells ONNX files from the files people upload by mistake. */
final class FileKind {
    private static final int VARINT = 0;

    private FileKind() {}

    /** Names the format where the first bytes give it away. */
    static void refuseForeign(byte[] bytes) {
        if (bytes.length == 0) {
            throw new InvalidModelException("The model file is empty (0 bytes). Export it again.");
        }
        if (startsWith(bytes, 0, "\u0089HDF")) {
            throw new InvalidModelException(
                    "This is not an ONNX file but an HDF5 file, probably a Keras .h5 model. Bring it"
                            + " over first: ./espalier import model.h5 --out model.onnx");
        }
        if (startsWith(bytes, 0, "PK")) {
            throw foreign(
                    "a zip file, probably a PyTorch checkpoint or a .keras model", "torch.onnx.export or tf2onnx");
        }
        if (startsWith(bytes, 4, "TFL3")) {
            throw foreign("a TensorFlow Lite model", "tf2onnx");
        }
        if (startsWith(bytes, 0, "\u0080\u0002") || startsWith(bytes, 0, "\u0080\u0004")) {
            throw foreign("a Python pickle, probably a PyTorch checkpoint", "torch.onnx.export");
        }
    }

    /** Whether the file begins with the field every ONNX model has first: a small version number. */
    static boolean startsLikeOnnx(byte[] bytes) {
        return bytes.length >= 2 && bytes[0] == (1 << 3 | VARINT) && bytes[1] > 0 && bytes[1] < 32;
    }

    private static boolean startsWith(byte[] bytes, int offset, String magic) {
        byte[] expected = magic.getBytes(StandardCharsets.ISO_8859_1);
        return bytes.length >= offset + expected.length
                && Arrays.equals(bytes, offset, offset + expected.length, expected, 0, expected.length);
    }

    private static InvalidModelException foreign(String kind, String tool) {
        return new InvalidModelException(
                "This is not an ONNX file but " + kind + ". Convert it to ONNX first (" + tool + ").");
    }
}
