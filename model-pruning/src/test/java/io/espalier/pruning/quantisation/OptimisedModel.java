package io.espalier.pruning.quantisation;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.onnx.OnnxWriter;
import io.espalier.pruning.onnx.proto.ModelProto;
import io.espalier.pruning.onnx.proto.NodeProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What ONNX Runtime makes of a graph before it runs it. */
final class OptimisedModel {
    private OptimisedModel() {}

    /** The operators that are left, in order. */
    static List<String> operators(Graph graph) {
        try {
            Path file = Files.createTempFile("optimised", ".onnx");
            try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
                options.setOptimizedModelFilePath(file.toString());
                options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
                OrtEnvironment.getEnvironment()
                        .createSession(OnnxWriter.write(graph), options)
                        .close();
                return ModelProto.parseFrom(Files.readAllBytes(file)).getGraph().getNodeList().stream()
                        .map(NodeProto::getOpType)
                        .toList();
            } finally {
                Files.delete(file);
            }
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime refused the graph", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
