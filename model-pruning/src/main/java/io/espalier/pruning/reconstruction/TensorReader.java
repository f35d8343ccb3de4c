package io.espalier.pruning.reconstruction;

import io.espalier.pruning.evaluation.TappedModel;
import io.espalier.pruning.graph.Graph;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Computes chosen tensors of a graph, its input among them, batch by batch; close it to free native memory. */
final class TensorReader implements AutoCloseable {
    private final String input;
    private final int inputValues;
    private final TappedModel model;

    /** The tensors of one batch. */
    record Values(Map<String, float[]> byTensor, int count) {
        SampleValues of(String tensor, int sample) {
            float[] all = Objects.requireNonNull(byTensor.get(tensor), tensor);
            return new SampleValues(all, sample * (all.length / count));
        }
    }

    private TensorReader(Graph graph, TappedModel model) {
        this.input = graph.onlyInput().name();
        this.inputValues = Math.toIntExact(graph.onlyInput().shape().elements());
        this.model = model;
    }

    /** Errors: as {@link TappedModel#open}. */
    static TensorReader of(Graph graph, Set<String> tensors, int threads) {
        List<String> computed = tensors.stream()
                .filter(tensor -> !graph.isInput(tensor))
                .sorted()
                .toList();
        return new TensorReader(graph, TappedModel.open(graph, computed, threads));
    }

    /** The tensors for the first samples of a batch of model input, which lie one after another in its layout. */
    Values read(float[] values, int count) {
        Map<String, float[]> read = new HashMap<>();
        read.put(input, Arrays.copyOf(values, count * inputValues));
        model.run(values, count, (tensor, buffer) -> {
            float[] copy = new float[buffer.remaining()];
            buffer.get(copy);
            read.put(tensor, copy);
        });
        return new Values(read, count);
    }

    @Override
    public void close() {
        model.close();
    }
}
