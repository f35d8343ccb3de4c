package io.espalier.pruning.evaluation;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Shapes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** Watches tensors inside a network while it reads samples. */
public final class ActivationStatistics {
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
     * <p>Errors and cost: as {@link TappedModel#open} and {@link TappedModel#run}.
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
        try (TappedModel model = TappedModel.open(graph, tallies.keySet(), threads)) {
            model.run(
                    samples,
                    contract,
                    (tensor, values) ->
                            Objects.requireNonNull(tallies.get(tensor)).add(values));
        }
    }
}
