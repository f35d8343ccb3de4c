package io.espalier.pruning.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An immutable network: named tensors, the operators between them in topological order, and the constants they read.
 *
 * <p>Every tensor has one source (a graph input, an initializer or one node), nodes come after what they read, and there
 * is no cycle: the constructor checks, and sorts where the order is wrong.
 */
public final class Graph {
    private final String name;
    private final int opset;
    private final List<ValueInfo> inputs;
    private final List<ValueInfo> outputs;
    private final List<Node> nodes;
    private final Map<String, Tensor> initializers;
    private final Map<String, ValueInfo> declared;
    private final Map<String, Integer> otherOpsets;
    private final Map<String, String> metadata;
    private final Map<String, Node> producers;
    private final Map<String, List<Node>> consumers;

    Graph(GraphBuilder builder) {
        name = builder.name;
        opset = builder.opset;
        inputs = List.copyOf(builder.inputs);
        outputs = List.copyOf(builder.outputs);
        initializers = Collections.unmodifiableMap(new LinkedHashMap<>(builder.initializers));
        declared = Collections.unmodifiableMap(new LinkedHashMap<>(builder.declared));
        otherOpsets = Collections.unmodifiableMap(new LinkedHashMap<>(builder.otherOpsets));
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(builder.metadata));
        Set<String> sources = sources();
        producers = TopologicalOrder.producers(builder.nodes, sources);
        nodes = TopologicalOrder.sort(builder.nodes, producers, sources);
        consumers = consumersOf(nodes);
        requireOutputs(sources);
    }

    public String name() {
        return name;
    }

    /** The version of the standard operator set the nodes mean. */
    public int opset() {
        return opset;
    }

    /** Versions of further operator domains, by domain. */
    public Map<String, Integer> otherOpsets() {
        return otherOpsets;
    }

    /** Free key-value pairs that travel with the model. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** The tensors fed from outside; initializers are not among them. */
    public List<ValueInfo> inputs() {
        return inputs;
    }

    public List<ValueInfo> outputs() {
        return outputs;
    }

    /** All nodes, each after the nodes it reads from. */
    public List<Node> nodes() {
        return nodes;
    }

    /** The constants, by name. */
    public Map<String, Tensor> initializers() {
        return initializers;
    }

    /** Shapes the file declares for tensors that Espalier cannot infer (results of unknown operators). */
    public Map<String, ValueInfo> declared() {
        return declared;
    }

    /** The constant of this name, if there is one. */
    public Optional<Tensor> initializer(String tensor) {
        return Optional.ofNullable(initializers.get(tensor));
    }

    /** The constant of this name, which must exist. */
    public Tensor constant(String tensor) {
        return initializer(tensor)
                .orElseThrow(
                        () -> new InvalidModelException(
                                "Tensor '" + tensor
                                        + "' must be a constant, but it is computed by the graph. Export the model with constants folded."));
    }

    /** The constant input at an index of a node, unless the input is left out or computed. */
    public Optional<Tensor> constantInput(Node node, int index) {
        return node.input(index).flatMap(this::initializer);
    }

    /** The node that computes this tensor; empty for graph inputs and initializers. */
    public Optional<Node> producer(String tensor) {
        return Optional.ofNullable(producers.get(tensor));
    }

    /** The nodes that read this tensor, in topological order, each once. */
    public List<Node> consumers(String tensor) {
        return consumers.getOrDefault(tensor, List.of());
    }

    /** The node of this name, which must exist. */
    public Node node(String nodeName) {
        return nodes.stream()
                .filter(node -> node.name().equals(nodeName))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No node is named '" + nodeName + "'"));
    }

    public boolean isInput(String tensor) {
        return inputs.stream().anyMatch(input -> input.name().equals(tensor));
    }

    public boolean isOutput(String tensor) {
        return outputs.stream().anyMatch(output -> output.name().equals(tensor));
    }

    /** The single image-like input of a classifier; an error where there are several. */
    public ValueInfo onlyInput() {
        if (inputs.size() != 1) {
            throw new InvalidModelException("The model has " + inputs.size() + " inputs "
                    + inputs.stream().map(ValueInfo::name).toList() + "; this step needs exactly one.");
        }
        return inputs.get(0);
    }

    /** A builder that starts with everything in this graph. */
    public GraphBuilder toBuilder() {
        return new GraphBuilder(this);
    }

    /** The same graph with some constants replaced; every name must already be an initializer. */
    public Graph withInitializers(Map<String, Tensor> replacements) {
        GraphBuilder builder = toBuilder();
        replacements.forEach((tensor, value) -> {
            constant(tensor);
            builder.initializer(tensor, value);
        });
        return builder.build();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Graph graph
                && name.equals(graph.name)
                && opset == graph.opset
                && inputs.equals(graph.inputs)
                && outputs.equals(graph.outputs)
                && nodes.equals(graph.nodes)
                && initializers.equals(graph.initializers)
                && declared.equals(graph.declared)
                && otherOpsets.equals(graph.otherOpsets)
                && metadata.equals(graph.metadata);
    }

    @Override
    public int hashCode() {
        return nodes.hashCode();
    }

    /** The names of inputs and initializers, each of which must be there and its own. */
    private Set<String> sources() {
        Set<String> sources = new HashSet<>(initializers.keySet());
        for (ValueInfo input : inputs) {
            if (!sources.add(input.name())) {
                throw new InvalidModelException("Graph input '" + input.name()
                        + "' has the name of another input or of an initializer. Give each tensor a name of its own.");
            }
        }
        if (sources.contains("")) {
            throw new InvalidModelException("A graph input or an initializer has an empty name. Name every tensor.");
        }
        return sources;
    }

    private void requireOutputs(Set<String> sources) {
        Set<String> names = new HashSet<>();
        for (ValueInfo output : outputs) {
            if (!names.add(output.name())) {
                throw new InvalidModelException("Two graph outputs are named '" + output.name() + "'.");
            }
            if (!producers.containsKey(output.name()) && !sources.contains(output.name())) {
                throw new InvalidModelException("Graph output '" + output.name() + "' is produced by no node.");
            }
        }
    }

    private static Map<String, List<Node>> consumersOf(List<Node> nodes) {
        Map<String, List<Node>> map = new HashMap<>();
        for (Node node : nodes) {
            for (String input : new HashSet<>(node.inputs())) {
                map.computeIfAbsent(input, key -> new ArrayList<>()).add(node);
            }
        }
        map.replaceAll((tensor, readers) -> List.copyOf(readers));
        return map;
    }
}
