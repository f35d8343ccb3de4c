package io.espalier.pruning.onnx;

import com.google.protobuf.InvalidProtocolBufferException;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.InvalidModelException;
import io.espalier.pruning.onnx.proto.ModelProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads ONNX models of opsets {@value #OLDEST_OPSET} to {@value #NEWEST_OPSET}.
 *
 * <p>What means nothing at inference is normalised away: Constant nodes and what is computed of constants and shapes become
 * initializers, Identity and Dropout vanish, MatMul and Add with constants become Gemm, a fixed batch becomes symbolic,
 * Transposes in the middle of networks with channels last are read around, Pads become those of the convolution behind
 * them, batch normalisations use the statistics they carry.
 *
 * <p>Errors: {@link InvalidModelException} with a message for a person; nothing of the file is kept then.
 */
public final class OnnxReader {
    public static final int OLDEST_OPSET = 9;
    public static final int NEWEST_OPSET = 21;
    /** Larger files are refused before they are read into memory. */
    public static final long MAX_SIZE_BYTES = 512L << 20;

    private OnnxReader() {}

    /** The graph in a file. */
    public static Graph read(Path file) {
        try {
            long size = Files.size(file);
            if (size > MAX_SIZE_BYTES) {
                throw tooLarge(file.getFileName().toString(), size);
            }
            return read(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the model " + file + ": is it there and readable?", e);
        }
    }

    /** The graph in the bytes of a file. */
    public static Graph read(byte[] bytes) {
        if (bytes.length > MAX_SIZE_BYTES) {
            throw tooLarge("The model", bytes.length);
        }
        return Normalisation.apply(GraphImport.of(parse(bytes)));
    }

    private static ModelProto parse(byte[] bytes) {
        FileKind.refuseForeign(bytes);
        ModelProto model;
        try {
            WireBudget.check(bytes);
            model = ModelProto.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            if (FileKind.startsLikeOnnx(bytes)) {
                throw new InvalidModelException(
                        "The ONNX file is truncated or damaged: its " + bytes.length
                                + " bytes end in the middle of a field. Copy or export it again.",
                        e);
            }
            throw notOnnx(bytes, e);
        }
        if (!model.hasGraph() || model.getOpsetImportCount() == 0) {
            if (model.getIrVersion() > 0 && FileKind.startsLikeOnnx(bytes)) {
                throw new InvalidModelException("The ONNX file is truncated: it ends after " + bytes.length
                        + " bytes, before its graph and operator set. Copy or export it again.");
            }
            throw notOnnx(bytes, null);
        }
        return model;
    }

    private static InvalidModelException notOnnx(byte[] bytes, @Nullable Throwable cause) {
        String message = "This is not an ONNX file (" + bytes.length
                + " bytes that are not an ONNX model). Export the model as ONNX, opset " + OLDEST_OPSET + " to "
                + NEWEST_OPSET + ".";
        return cause == null ? new InvalidModelException(message) : new InvalidModelException(message, cause);
    }

    private static InvalidModelException tooLarge(String what, long size) {
        return new InvalidModelException(what + " has " + size + " bytes; models of at most " + MAX_SIZE_BYTES
                + " bytes are accepted. Espalier is made for models that fit small devices.");
    }
}
