package io.espalier.benchmarks.training;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.benchmarks.Results;
import io.espalier.benchmarks.Step;
import io.espalier.benchmarks.Workplace;
import io.espalier.pruning.campaign.PrunableNetwork;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.latency.ProbeTimer;
import io.espalier.pruning.latency.Timing;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.StreamSupport;

/**
 * The widest network that keeps the same share of every group and reaches a speed-up, found by timing such networks: the
 * plain way, with the widths that suit the runtime.
 */
record UniformWidths(Subject subject, double speedUp) {
    private static final int STEP = 4;
    private static final int SHARES = 20;
    private static final int ROUNDS = 9;
    private static final int SAMPLES = 400;
    private static final String DENSE = "dense";

    /** To be done while nothing else runs. */
    Step step(String name) {
        return new Step(name, this::find);
    }

    private ObjectNode find(Workplace place) {
        Graph dense = subject.graph(place.setting(), 0);
        PrunableNetwork network = PrunableNetwork.of(dense);
        Map<String, Supplier<Graph>> graphs = new LinkedHashMap<>();
        Map<String, int[]> widths = new LinkedHashMap<>();
        graphs.put(DENSE, () -> dense);
        for (int share = 1; share < SHARES; share++) {
            int[] uniform = network.space(STEP).uniform((double) share / SHARES);
            String shown = Arrays.toString(uniform);
            if (widths.putIfAbsent(shown, uniform) == null) {
                graphs.put(shown, () -> network.shaped(uniform));
            }
        }
        Map<String, Timing> timings = new ProbeTimer(1, SAMPLES, SAMPLES, 0).time(graphs, ROUNDS, what -> {});
        double most = Objects.requireNonNull(timings.get(DENSE)).medianMicros() / speedUp;
        int[] found = network.space(STEP).minimum();
        for (Map.Entry<String, int[]> each : widths.entrySet()) {
            double median = Objects.requireNonNull(timings.get(each.getKey())).medianMicros();
            place.log().printf("%s: %.1f of %.1f us%n", each.getKey(), median, most);
            found = median <= most ? each.getValue() : found;
        }
        ObjectNode result = new ObjectMapper().createObjectNode();
        ArrayNode list = result.putArray("widths");
        for (int width : found) {
            list.add(width);
        }
        return result;
    }

    static int[] of(Results results, String step) {
        return StreamSupport.stream(results.of(step).path("widths").spliterator(), false)
                .mapToInt(width -> width.asInt())
                .toArray();
    }
}
