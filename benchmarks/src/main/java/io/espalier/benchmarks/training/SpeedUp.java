package io.espalier.benchmarks.training;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.benchmarks.Reading;
import io.espalier.benchmarks.Step;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.latency.ProbeTimer;
import io.espalier.pruning.onnx.OnnxReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Times variants against the published network, in turns in one process: what disturbs one disturbs all of them. */
final class SpeedUp {
    private static final int ROUNDS = 15;
    private static final int SAMPLES = 3_000;
    private static final String DENSE = "dense";

    private SpeedUp() {}

    /** Medians of one inference in microseconds, by pruning step, and that of the published network. */
    static Step step(String name, Subject subject, List<String> variants) {
        return new Step(name, place -> {
            Map<String, Supplier<Graph>> graphs = new LinkedHashMap<>();
            graphs.put(DENSE, () -> subject.graph(place.setting(), 0));
            for (String variant : variants) {
                byte[] onnx = Campaign.variant(place, variant);
                graphs.put(variant, () -> OnnxReader.read(onnx));
            }
            ObjectNode medians = new ObjectMapper().createObjectNode();
            new ProbeTimer(1, SAMPLES, SAMPLES, 0)
                    .time(graphs, ROUNDS, what -> {})
                    .forEach((what, timing) -> medians.put(what, timing.medianMicros()));
            return medians;
        });
    }

    /** How many times faster a variant is than the published network. */
    static double of(ObjectNode medians, String variant) {
        return Reading.number(medians, DENSE) / Reading.number(medians, variant);
    }
}
