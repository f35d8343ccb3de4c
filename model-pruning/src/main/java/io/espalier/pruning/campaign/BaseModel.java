package io.espalier.pruning.campaign;

import io.espalier.proto.Sha256;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.InvalidModelException;
import io.espalier.pruning.onnx.OnnxReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A trained model as it came: its file's bytes, what they digest to, and the graph in them.
 */
@SuppressWarnings("ArrayRecordComponent")
public record BaseModel(byte[] onnx, Sha256 digest, Graph graph) {

    /** Errors: {@link InvalidModelException} with a message for a person. */
    public static BaseModel read(Path file) {
        try {
            if (!Files.isRegularFile(file)) {
                throw new InvalidModelException("There is no model file " + file + ".");
            }
            if (Files.size(file) > OnnxReader.MAX_SIZE_BYTES) {
                OnnxReader.read(file);
            }
            return of(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the model " + file + ": is it readable?", e);
        }
    }

    public static BaseModel of(byte[] onnx) {
        Graph graph = OnnxReader.read(onnx);
        return new BaseModel(onnx, Sha256.of(onnx), graph);
    }
}
