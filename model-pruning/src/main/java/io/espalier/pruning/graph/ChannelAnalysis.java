package io.espalier.pruning.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Follows channels through a graph: what each tensor's channels are, and which axes of which constants carry them.
 *
 * <p>One pass in topological order. Layers make fresh channels, everything else passes, joins or pins them. Removing a
 * channel means that it is zero wherever it is read, so any operator that treats channels apart may lie between.
 */
final class ChannelAnalysis {
    final Graph graph;
    final Shapes shapes;
    final ChannelAtoms atoms = new ChannelAtoms();
    private final Map<String, ChannelLayout> layouts = new HashMap<>();
    private final Map<String, Axis> constantAxes = new LinkedHashMap<>();
    private final List<Use> uses = new ArrayList<>();

    private ChannelAnalysis(Graph graph) {
        this.graph = graph;
        this.shapes = Shapes.infer(graph);
    }

    static ChannelAnalysis of(Graph graph) {
        ChannelAnalysis analysis = new ChannelAnalysis(graph);
        ChannelRules rules = new ChannelRules(analysis);
        graph.nodes().forEach(rules::apply);
        for (ValueInfo output : graph.outputs()) {
            analysis.pin(output.name(), "it is the graph output '" + output.name() + "'");
        }
        analysis.pinConstantsWithFixedReaders();
        rules.judgeUnknownOperators();
        analysis.resolveRoots();
        return analysis;
    }

    Optional<ChannelLayout> layout(String tensor) {
        return Optional.ofNullable(layouts.get(tensor));
    }

    void layout(String tensor, ChannelLayout layout) {
        layouts.put(tensor, layout);
    }

    void pin(String tensor, String reason) {
        layout(tensor).ifPresent(layout -> atoms.pin(layout.atoms(), reason));
    }

    /** Notes that an axis of a constant carries these channels; a second reader of the constant ties both. */
    void carry(Node node, String constant, int axis, ChannelRole role, int[] channels) {
        uses.add(new Use(node.name(), constant, axis, role));
        Axis known = constantAxes.putIfAbsent(constant + '\0' + axis, new Axis(constant, axis, channels));
        if (known != null) {
            atoms.union(known.atoms(), channels);
        }
        Tensor tensor = graph.constant(constant);
        if (!tensor.isFloat()) {
            atoms.pin(channels, "'" + constant + "' of " + node.label() + " is " + tensor.type() + ", not float32");
        }
    }

    List<Use> uses() {
        return uses;
    }

    /** The axes of constants that carry channels. */
    Iterable<Axis> constantAxes() {
        return constantAxes.values();
    }

    /** Every axis that carries channels and so must keep at least one, by a name for messages. */
    Map<String, int[]> occupiedAxes() {
        Map<String, int[]> axes = new TreeMap<>();
        layouts.forEach((tensor, layout) -> axes.put(tensor, layout.atoms()));
        constantAxes.values().forEach(axis -> axes.put(axis.constant() + ", axis " + axis.axis(), axis.atoms()));
        return axes;
    }

    int[] atomsOf(Use use) {
        Axis axis = constantAxes.get(use.constant() + '\0' + use.axis());
        if (axis == null) {
            throw new IllegalStateException("No axis noted for " + use);
        }
        return axis.atoms();
    }

    /** A constant that shrinks for one reader must not be read by another that needs it whole. */
    private void pinConstantsWithFixedReaders() {
        for (Axis axis : constantAxes.values()) {
            Set<String> readers = new HashSet<>();
            uses.stream()
                    .filter(use -> use.constant().equals(axis.constant()) && use.axis() == axis.axis())
                    .forEach(use -> readers.add(use.node()));
            for (Node reader : graph.consumers(axis.constant())) {
                if (!readers.contains(reader.name())) {
                    atoms.pin(axis.atoms(), "constant '" + axis.constant() + "' is also read by " + reader.label());
                }
            }
        }
    }

    /** From here on every atom stands for its class, so that pruning needs no look-ups. */
    private void resolveRoots() {
        layouts.replaceAll((tensor, layout) -> new ChannelLayout(layout.axis(), roots(layout.atoms())));
        constantAxes.replaceAll((key, axis) -> new Axis(axis.constant(), axis.axis(), roots(axis.atoms())));
    }

    private int[] roots(int[] members) {
        return Arrays.stream(members).map(atoms::find).toArray();
    }

    /** Positions of an axis whose channel is kept. */
    static int[] keptPositions(int[] axisAtoms, boolean[] removed) {
        int[] kept = new int[axisAtoms.length];
        int count = 0;
        for (int position = 0; position < axisAtoms.length; position++) {
            if (!removed[axisAtoms[position]]) {
                kept[count++] = position;
            }
        }
        return Arrays.copyOf(kept, count);
    }

    record Axis(String constant, int axis, int[] atoms) {
        @Override
        public String toString() {
            return constant + "[" + axis + "] " + Arrays.toString(atoms);
        }
    }

    record Use(String node, String constant, int axis, ChannelRole role) {}
}
