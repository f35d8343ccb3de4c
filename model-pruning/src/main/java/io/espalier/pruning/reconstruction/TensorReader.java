package io.espalier.pruning.reconstruction;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.espalier.pruning.evaluation.UnusableModelException;
import io.espalier.pruning.graph.ElementType;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.GraphBuilder;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Shapes;
import io.espalier.pruning.graph.ValueInfo;
import io.espalier.pruning.onnx.OnnxWriter;
import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Computes chosen tensors of a graph in ONNX Runtime, and only what they depend on; close it to free native memory. */
final class TensorReader implements AutoCloseable {
    private final ValueInfo input;
    private final List<String> tensors;
    private final OrtSession session;

    /** The tensors of one batch. */
    record Values(Map<String, float[]> byTensor, int count) {
        SampleValues of(String tensor, int sample) {
            float[] all = Objects.requireNonNull(byTensor.get(tensor), tensor);
            return new SampleValues(all, sample * (all.length / count));
        }
    }

    private TensorReader(ValueInfo input, List<String> tensors, OrtSession session) {
        this.input = input;
        this.tensors = tensors;
        this.session = session;
    }

    /** Errors: {@link UnusableModelException} where ONNX Runtime does not take the graph. */
    static TensorReader of(Graph graph, Set<String> tensors, int threads) {
        List<String> computed = tensors.stream()
                .filter(tensor -> !graph.isInput(tensor))
                .sorted()
                .toList();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            OrtSession session = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR)
                    .createSession(OnnxWriter.write(upTo(graph, computed)), options);
            return new TensorReader(graph.onlyInput(), computed, session);
        } catch (OrtException e) {
            throw new UnusableModelException("ONNX Runtime cannot run the graph: " + e.getMessage(), e);
        }
    }

    /** The tensors for the first samples of a batch of model input, which lie one after another in its layout. */
    Values read(float[] values, int count) {
        long[] dimensions =
                input.shape().dims().stream().mapToLong(Integer::longValue).toArray();
        dimensions[0] = count;
        int length = Math.toIntExact(count * input.shape().elements());
        Map<String, float[]> read = new HashMap<>();
        read.put(input.name(), Arrays.copyOf(values, length));
        try (OnnxTensor fed = OnnxTensor.createTensor(
                        OrtEnvironment.getEnvironment(), FloatBuffer.wrap(values, 0, length), dimensions);
                OrtSession.Result result = session.run(Map.of(input.name(), fed))) {
            for (String tensor : tensors) {
                FloatBuffer buffer = ((OnnxTensor) result.get(tensor).orElseThrow()).getFloatBuffer();
                float[] copy = new float[buffer.remaining()];
                buffer.get(copy);
                read.put(tensor, copy);
            }
            return new Values(read, count);
        } catch (OrtException e) {
            throw new UnusableModelException("ONNX Runtime failed to run the graph: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime cannot close the session", e);
        }
    }

    private static Graph upTo(Graph graph, List<String> tensors) {
        Set<Node> needed = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(tensors);
        while (!open.isEmpty()) {
            graph.producer(open.pop()).filter(needed::add).ifPresent(node -> open.addAll(node.inputs()));
        }
        Shapes shapes = Shapes.infer(graph);
        List<ValueInfo> outputs = new ArrayList<>();
        for (String tensor : tensors) {
            outputs.add(new ValueInfo(tensor, ElementType.FLOAT, shapes.of(tensor)));
        }
        GraphBuilder builder = graph.toBuilder();
        return builder.nodes(graph.nodes().stream().filter(needed::contains).toList())
                .outputs(outputs)
                .dropUnusedInitializers()
                .build();
    }
}
