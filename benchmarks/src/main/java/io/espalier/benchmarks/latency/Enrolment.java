package io.espalier.benchmarks.latency;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.benchmarks.Setting;
import io.espalier.pruning.allocation.WidthSpace;
import io.espalier.pruning.campaign.PrunableNetwork;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.latency.ModelSuite;
import io.espalier.pruning.latency.Timing;
import io.espalier.pruning.runtime.OperatorGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** What one base model's networks are: those a device times when it enrols, and those it is asked about later. */
record Enrolment(Family family, Map<String, Graph> suite, Map<String, Graph> heldOut) {
    private static final int STEP = 4;
    private static final int HELD_OUT = 50;

    static Enrolment of(Family family, Setting setting, long seed) {
        Graph base = family.graph(setting);
        PrunableNetwork network = PrunableNetwork.of(base);
        WidthSpace space = network.space(STEP);
        Map<String, Graph> suite = new LinkedHashMap<>();
        Set<List<Integer>> seen = new HashSet<>();
        ModelSuite.widths(space.full(), space.minimum()).forEach((name, widths) -> {
            suite.put(name, name.equals(ModelSuite.DENSE) ? base : network.shaped(widths));
            seen.add(boxed(widths));
        });
        Map<String, Graph> heldOut = new LinkedHashMap<>();
        Random random = new Random(seed);
        while (heldOut.size() < HELD_OUT) {
            int[] widths = space.groups().stream()
                    .mapToInt(g -> g.choices().get(random.nextInt(g.choices().size())))
                    .toArray();
            if (seen.add(boxed(widths))) {
                heldOut.put(Arrays.toString(widths), network.shaped(widths));
            }
        }
        return new Enrolment(family, suite, heldOut);
    }

    private static List<Integer> boxed(int[] widths) {
        return Arrays.stream(widths).boxed().toList();
    }

    /** Tells networks of different families apart. */
    String key(String name) {
        return family + " " + name;
    }

    static Map<String, OperatorGraph> operators(Map<String, Graph> graphs) {
        Map<String, OperatorGraph> operators = new LinkedHashMap<>();
        graphs.forEach((name, graph) -> operators.put(name, OperatorGraph.of(graph)));
        return operators;
    }

    static ObjectNode json(Map<String, Timing> timings) {
        ObjectNode json = new ObjectMapper().createObjectNode();
        timings.forEach((name, timing) -> json.putObject(name)
                .put("median", timing.medianMicros())
                .put("p95", timing.p95Micros())
                .put("samples", timing.samples())
                .put("noise", timing.noise()));
        return json;
    }

    /** The timings of these networks among all that a step measured. */
    static List<Timing> timings(JsonNode measured, Set<String> names, String prefix) {
        List<Timing> timings = new ArrayList<>();
        for (String name : names) {
            JsonNode each = measured.path(prefix + name);
            timings.add(new Timing(
                    name,
                    each.path("median").asDouble(),
                    each.path("p95").asDouble(),
                    each.path("samples").asInt(),
                    each.path("noise").asDouble()));
        }
        return timings;
    }
}
