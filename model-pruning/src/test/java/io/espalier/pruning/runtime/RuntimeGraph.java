package io.espalier.pruning.runtime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.onnx.OnnxWriter;
import io.espalier.pruning.onnx.proto.AttributeProto;
import io.espalier.pruning.onnx.proto.ModelProto;
import io.espalier.pruning.onnx.proto.NodeProto;
import io.espalier.pruning.onnx.proto.TensorProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;

/** What ONNX Runtime itself makes of a graph on this machine, as it writes it down. */
final class RuntimeGraph {
    private static final Set<String> VIEWS = Set.of("Flatten", "Reshape", "Squeeze", "Unsqueeze");

    private RuntimeGraph() {}

    /** Kinds and widths of all kernels, sorted. */
    static List<String> calls(Graph graph, Path folder) throws OrtException, IOException {
        ModelProto model = optimised(graph, folder);
        Map<String, List<Long>> constants = new HashMap<>();
        for (TensorProto tensor : model.getGraph().getInitializerList()) {
            constants.put(tensor.getName(), tensor.getDimsList());
        }
        List<String> calls = new ArrayList<>();
        for (NodeProto node : model.getGraph().getNodeList()) {
            calls.add(word(node, constants));
        }
        Collections.sort(calls);
        return calls;
    }

    /** Channels the blocked kernels of this machine work on at once; 1 where it has none. */
    static int block(Path folder) throws OrtException, IOException {
        NetworkBuilder net = new NetworkBuilder("block", new SplittableRandom(1));
        ModelProto model = optimised(net.build(net.conv(net.input("x", 1, 8, 8), 1, 3, 1, 1)), folder);
        return model.getGraph().getInitializerList().stream()
                .filter(tensor -> tensor.getDimsCount() == 4)
                .mapToInt(tensor -> (int) tensor.getDims(0))
                .max()
                .orElse(1);
    }

    /** The same words for what is expected. */
    static List<String> words(List<KernelCall> calls) {
        return calls.stream().map(RuntimeGraph::word).sorted().toList();
    }

    private static String word(KernelCall call) {
        String word = call.kind().name();
        return switch (call.kind()) {
            case MATRIX, POOL, PLAIN_POOL, REORDER_IN, REORDER_OUT, ELEMENTWISE, VIEW -> word;
            default -> word + (call.adds() ? "+ " : " ") + call.outChannels();
        };
    }

    private static String word(NodeProto node, Map<String, List<Long>> constants) {
        boolean blocked = node.getDomain().equals("com.microsoft.nchwc");
        String type = node.getOpType();
        if (type.equals("Conv") || type.equals("FusedConv")) {
            List<Long> weights = Objects.requireNonNull(constants.get(node.getInput(1)));
            boolean depthwise = weights.get(1) == 1 && group(node) > 1;
            boolean pointwise = weights.get(2) * weights.get(3) == 1;
            boolean first = blocked && !depthwise && node.getInput(0).matches("(?!reorder).*");
            String kind = depthwise ? "DEPTHWISE" : pointwise ? "POINTWISE" : "SPATIAL";
            if (!blocked) {
                kind = "PLAIN_" + kind;
            } else if (first) {
                kind = pointwise ? "FIRST_POINTWISE" : "FIRST";
            }
            return kind + (node.getInputCount() > 3 ? "+ " : " ") + weights.get(0);
        }
        if (type.endsWith("Pool")) {
            return blocked ? "POOL" : "PLAIN_POOL";
        }
        return switch (type) {
            case "ReorderInput" -> "REORDER_IN";
            case "ReorderOutput" -> "REORDER_OUT";
            case "Gemm", "FusedGemm", "MatMul" -> "MATRIX";
            default -> VIEWS.contains(type) ? "VIEW" : "ELEMENTWISE";
        };
    }

    private static long group(NodeProto node) {
        return node.getAttributeList().stream()
                .filter(attribute -> attribute.getName().equals("group"))
                .mapToLong(AttributeProto::getI)
                .findFirst()
                .orElse(1);
    }

    private static ModelProto optimised(Graph graph, Path folder) throws OrtException, IOException {
        Path file = folder.resolve("optimised.onnx");
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setOptimizedModelFilePath(file.toString());
            OrtEnvironment runtime = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            runtime.createSession(OnnxWriter.write(graph), options).close();
        }
        return ModelProto.parseFrom(Files.readAllBytes(file));
    }
}
