package io.espalier.pruning.evaluation;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.graph.ElementType;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Shapes;
import io.espalier.pruning.graph.ValueInfo;
import io.espalier.pruning.onnx.OnnxWriter;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Watches tensors inside a network while it reads samples: they become outputs of a copy of the network that runs in ONNX
 * Runtime.
 */
public final class ActivationStatistics {
    private static final int LARGEST_BATCH = 64;
    /** 64 MiB. */
    private static final long MOST_VALUES = 16L << 20;

    private ActivationStatistics() {}

    /**
     * Reads all samples and keeps, of each tensor, statistics by channel.
     *
     * <p>Errors: as {@link #watch}.
     *
     * @param axes the tensors to watch, each with the axis along which its channels lie
     * @return one entry a tensor, in the order of {@code axes}
     */
    public static Map<String, ChannelStatistics> collect(
            Graph graph, Map<String, Integer> axes, Samples samples, InputContract contract, int threads) {
        Shapes shapes = Shapes.infer(graph);
        Map<String, ChannelTally> tallies = new LinkedHashMap<>();
        axes.forEach((tensor, axis) -> tallies.put(tensor, new ChannelTally(shapes.of(tensor), axis)));
        watch(graph, tallies, samples, contract, threads);
        Map<String, ChannelStatistics> statistics = new LinkedHashMap<>();
        tallies.forEach((tensor, tally) -> statistics.put(tensor, tally.statistics()));
        return statistics;
    }

    /**
     * Reads all samples and shows each tensor's values to its tally.
     *
     * <p>Errors: {@link UnusableModelException} where ONNX Runtime refuses the network or the samples do not fit it;
     * {@link IllegalArgumentException} for a tensor that no node computes. Cost: one forward pass; memory for at most
     * 64 MiB of values at a time, or those of one sample where these are more.
     */
    public static void watch(
            Graph graph,
            Map<String, ? extends ActivationTally> tallies,
            Samples samples,
            InputContract contract,
            int threads) {
        if (samples.size() == 0) {
            throw new IllegalArgumentException("There are no samples to watch the network with.");
        }
        if (tallies.isEmpty()) {
            return;
        }
        Shapes shapes = Shapes.infer(graph);
        int batch = batch(graph, shapes, tallies.keySet());
        ModelInput input = input(graph);
        try (OrtSession session = Sessions.open(OnnxWriter.write(watched(graph, shapes, tallies.keySet())), threads)) {
            SampleFeed.forEachBatch(
                    input,
                    samples,
                    contract,
                    batch,
                    (from, values, count) -> run(session, graph, values, count, tallies));
        } catch (OrtException e) {
            throw new UnusableModelException("ONNX Runtime cannot watch the model: " + e.getMessage(), e);
        }
    }

    private static ModelInput input(Graph graph) {
        ValueInfo input = graph.onlyInput();
        return ModelInput.of(
                input.name(),
                input.shape().dims().stream().map(Integer::longValue).toList());
    }

    private static int batch(Graph graph, Shapes shapes, Set<String> tensors) {
        long perSample = graph.onlyInput().shape().elements()
                + tensors.stream()
                        .mapToLong(tensor -> shapes.of(tensor).elements())
                        .sum();
        return (int) Math.max(1, Math.min(LARGEST_BATCH, MOST_VALUES / perSample));
    }

    private static Graph watched(Graph graph, Shapes shapes, Set<String> tensors) {
        List<ValueInfo> outputs = new ArrayList<>();
        for (String tensor : tensors) {
            if (graph.producer(tensor).isEmpty()) {
                throw new IllegalArgumentException("No node computes '" + tensor + "', so there is nothing to watch.");
            }
            outputs.add(new ValueInfo(tensor, ElementType.FLOAT, shapes.of(tensor)));
        }
        return graph.toBuilder().outputs(outputs).build();
    }

    private static void run(
            OrtSession session,
            Graph graph,
            float[] values,
            int count,
            Map<String, ? extends ActivationTally> tallies) {
        ValueInfo input = graph.onlyInput();
        long[] dimensions = input.shape().with(0, count).dims().stream()
                .mapToLong(Integer::longValue)
                .toArray();
        FloatBuffer buffer =
                FloatBuffer.wrap(values, 0, count * (int) input.shape().elements());
        try (OnnxTensor tensor = OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), buffer, dimensions);
                OrtSession.Result result = session.run(Map.of(input.name(), tensor))) {
            for (Map.Entry<String, ? extends ActivationTally> watched : tallies.entrySet()) {
                OnnxTensor activation =
                        (OnnxTensor) result.get(watched.getKey()).orElseThrow();
                watched.getValue().add(activation.getFloatBuffer());
            }
        } catch (OrtException e) {
            throw new UnusableModelException("ONNX Runtime failed to run the model: " + e.getMessage(), e);
        }
    }
}
