package io.espalier.pruning.evaluation;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.graph.ElementType;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Shapes;
import io.espalier.pruning.graph.ValueInfo;
import io.espalier.pruning.onnx.OnnxWriter;
import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * A network whose inner tensors can be read while it runs in ONNX Runtime, and of which only what they depend on is run; close it
 * to free native memory.
 */
public final class TappedModel implements AutoCloseable {
    private static final int LARGEST_BATCH = 64;
    /** 64 MiB. */
    private static final long MOST_VALUES = 16L << 20;

    private final OrtSession session;
    private final ModelInput input;
    private final long[] inputShape;
    private final List<String> tensors;
    private final int batch;

    private TappedModel(OrtSession session, Graph tapped) {
        ValueInfo only = tapped.onlyInput();
        this.session = session;
        this.inputShape =
                only.shape().dims().stream().mapToLong(Integer::longValue).toArray();
        this.input = ModelInput.of(
                only.name(),
                only.shape().dims().stream().map(Integer::longValue).toList());
        this.tensors = tapped.outputs().stream().map(ValueInfo::name).toList();
        long perSample = only.shape().elements()
                + tapped.outputs().stream()
                        .mapToLong(output -> output.shape().elements())
                        .sum();
        this.batch = (int) Math.max(1, Math.min(LARGEST_BATCH, MOST_VALUES / perSample));
    }

    /**
     * Errors: {@link UnusableModelException} where ONNX Runtime refuses the network; {@link IllegalArgumentException} for a tensor
     * that no node computes.
     */
    public static TappedModel open(Graph graph, Collection<String> tensors, int threads) {
        Graph tapped = tapped(graph, tensors);
        try {
            return new TappedModel(Sessions.open(OnnxWriter.write(tapped), threads), tapped);
        } catch (OrtException e) {
            throw new UnusableModelException("ONNX Runtime cannot run the model: " + e.getMessage(), e);
        }
    }

    private static Graph tapped(Graph graph, Collection<String> tensors) {
        Shapes shapes = Shapes.infer(graph);
        List<ValueInfo> outputs = new ArrayList<>();
        for (String tensor : tensors) {
            if (graph.producer(tensor).isEmpty()) {
                throw new IllegalArgumentException("No node computes '" + tensor + "', so there is nothing to read.");
            }
            outputs.add(new ValueInfo(tensor, ElementType.FLOAT, shapes.of(tensor)));
        }
        Set<Node> needed = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(tensors);
        while (!open.isEmpty()) {
            graph.producer(open.pop()).filter(needed::add).ifPresent(node -> open.addAll(node.inputs()));
        }
        return graph.toBuilder()
                .nodes(graph.nodes().stream().filter(needed::contains).toList())
                .outputs(outputs)
                .dropUnusedInitializers()
                .build();
    }

    /**
     * Runs all samples, a batch at a time, and hands over what each tensor was. Cost: one forward pass; memory for at most 64 MiB of
     * values, or those of one sample where these are more. Errors: {@link UnusableModelException} where the samples do not fit
     * the network.
     */
    public void run(Samples samples, InputContract contract, BiConsumer<String, FloatBuffer> reader) {
        SampleFeed.forEachBatch(input, samples, contract, batch, (from, values, count) -> run(values, count, reader));
    }

    /** Runs the first {@code count} samples of an array in which they lie one after another in the model's layout. */
    public void run(float[] values, int count, BiConsumer<String, FloatBuffer> reader) {
        long[] shape = inputShape.clone();
        shape[0] = count;
        FloatBuffer fed = FloatBuffer.wrap(values, 0, count * input.shape().values());
        try (OnnxTensor tensor = OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), fed, shape);
                OrtSession.Result result = session.run(Map.of(input.name(), tensor))) {
            for (String each : tensors) {
                reader.accept(each, ((OnnxTensor) result.get(each).orElseThrow()).getFloatBuffer());
            }
        } catch (OrtException e) {
            throw new UnusableModelException("ONNX Runtime failed to run the model: " + e.getMessage(), e);
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
}
