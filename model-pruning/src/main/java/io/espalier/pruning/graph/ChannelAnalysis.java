package io.espalier.pruning.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
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
    /** Positions of all axes that carry channels; a Flatten or Concat multiplies them without weights to pay for it. */
    private static final long MAX_POSITIONS = 1L << 25;

    final Graph graph;
    final Shapes shapes;
    final ChannelAtoms atoms = new ChannelAtoms();
    private final Map<String, ChannelLayout> layouts = new HashMap<>();
    private final Map<String, Axis> constantAxes = new LinkedHashMap<>();
    private final List<Use> uses = new ArrayList<>();
    private final Set<int[]> counted = Collections.newSetFromMap(new IdentityHashMap<>());
    private long positions;

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
        if (counted.add(layout.atoms())) {
            requireRoom(tensor, layout.extent());
            positions += layout.extent();
        }
        layouts.put(tensor, layout);
    }

    /** Refuses a tensor whose channels would lie at so many positions of their own that following them fills the memory. */
    void requireRoom(String tensor, long count) {
        if (positions + count > MAX_POSITIONS) {
            throw new InvalidModelException("The channels of tensor '" + tensor + "' lie at " + count
                    + " positions, with those of the tensors before it at more than " + MAX_POSITIONS
                    + ", which is too many to follow. Use a smaller input or fewer branches.");
        }
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
        Map<String, Set<String>> readers = new HashMap<>();
        uses.forEach(use -> readers.computeIfAbsent(use.constant() + '\0' + use.axis(), key -> new HashSet<>())
                .add(use.node()));
        constantAxes.forEach((key, axis) -> {
            Set<String> known = readers.getOrDefault(key, Set.of());
            for (Node reader : graph.consumers(axis.constant())) {
                if (!known.contains(reader.name())) {
                    atoms.pin(axis.atoms(), "constant '" + axis.constant() + "' is also read by " + reader.label());
                }
            }
            if (graph.isOutput(axis.constant())) {
                atoms.pin(axis.atoms(), "constant '" + axis.constant() + "' is a graph output");
            }
        });
    }

    /** From here on every atom stands for its class, so that pruning needs no look-ups. */
    private void resolveRoots() {
        Map<int[], int[]> resolved = new IdentityHashMap<>();
        layouts.replaceAll((tensor, layout) ->
                new ChannelLayout(layout.axis(), resolved.computeIfAbsent(layout.atoms(), this::roots)));
        constantAxes.replaceAll((key, axis) ->
                new Axis(axis.constant(), axis.axis(), resolved.computeIfAbsent(axis.atoms(), this::roots)));
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
