package io.espalier.pruning.campaign;

import io.espalier.proto.Sha256;
import io.espalier.pruning.graph.ElementType;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.InvalidModelException;
import io.espalier.pruning.graph.ValueInfo;
import io.espalier.pruning.onnx.OnnxReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A trained model as it came: its file's bytes, what they digest to, and the graph in them.
 */
@SuppressWarnings("ArrayRecordComponent")
public record BaseModel(byte[] onnx, Sha256 digest, Graph graph) {

    /** Errors: {@link InvalidModelException} with a message for a person. */
    public static BaseModel read(Path file) {
        try {
            if (!Files.isRegularFile(file)) {
                throw new InvalidModelException("There is no model file " + file + ". Give the path of an ONNX file.");
            }
            if (Files.size(file) > OnnxReader.MAX_SIZE_BYTES) {
                OnnxReader.read(file);
            }
            return of(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new InvalidModelException("The model " + file + " cannot be read (" + e.getMessage() + ").", e);
        }
    }

    public static BaseModel of(byte[] onnx) {
        Graph graph = OnnxReader.read(onnx);
        requireOneInput(graph);
        return new BaseModel(onnx, Sha256.of(onnx), graph);
    }

    private static void requireOneInput(Graph graph) {
        List<String> names = graph.inputs().stream().map(ValueInfo::name).toList();
        if (names.size() != 1) {
            throw new InvalidModelException("The model has " + names.size() + " inputs " + names
                    + ": one is needed, an image or a vector. Export the part of it that takes one.");
        }
        ValueInfo input = graph.onlyInput();
        if (input.type() != ElementType.FLOAT) {
            throw new InvalidModelException("Input '" + input.name() + "' takes values of the type " + input.type()
                    + ": a float input is needed. Export the model with one.");
        }
    }
}
