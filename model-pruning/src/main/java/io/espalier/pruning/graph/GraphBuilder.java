package io.espalier.pruning.graph;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Gathers the parts of a graph; {@link #build()} checks them together. */
public final class GraphBuilder {
    final Map<String, Tensor> initializers = new LinkedHashMap<>();
    final Map<String, ValueInfo> declared = new LinkedHashMap<>();
    final Map<String, Integer> otherOpsets = new LinkedHashMap<>();
    final Map<String, String> metadata = new LinkedHashMap<>();
    final List<ValueInfo> inputs = new ArrayList<>();
    final List<ValueInfo> outputs = new ArrayList<>();
    final List<Node> nodes = new ArrayList<>();
    final String name;
    final int opset;
    private final Set<String> taken = new HashSet<>();

    public GraphBuilder(String name, int opset) {
        this.name = name;
        this.opset = opset;
    }

    GraphBuilder(Graph graph) {
        this(graph.name(), graph.opset());
        initializers.putAll(graph.initializers());
        declared.putAll(graph.declared());
        otherOpsets.putAll(graph.otherOpsets());
        metadata.putAll(graph.metadata());
        inputs.addAll(graph.inputs());
        outputs.addAll(graph.outputs());
        nodes.addAll(graph.nodes());
    }

    /** A float input. */
    public GraphBuilder input(String tensor, Shape shape) {
        return input(new ValueInfo(tensor, ElementType.FLOAT, shape));
    }

    public GraphBuilder input(ValueInfo input) {
        inputs.add(input);
        return this;
    }

    /** A float output. */
    public GraphBuilder output(String tensor, Shape shape) {
        return output(new ValueInfo(tensor, ElementType.FLOAT, shape));
    }

    public GraphBuilder output(ValueInfo output) {
        outputs.add(output);
        return this;
    }

    /** Adds a constant, or replaces the one of the same name. */
    public GraphBuilder initializer(String tensor, Tensor value) {
        initializers.put(tensor, value);
        return this;
    }

    public GraphBuilder declare(ValueInfo value) {
        declared.put(value.name(), value);
        return this;
    }

    public GraphBuilder otherOpset(String domain, int version) {
        otherOpsets.put(domain, version);
        return this;
    }

    public GraphBuilder metadata(String key, String value) {
        metadata.put(key, value);
        return this;
    }

    public GraphBuilder node(Node node) {
        nodes.add(node);
        return this;
    }

    /** Replaces every node by these. */
    public GraphBuilder nodes(List<Node> replacements) {
        nodes.clear();
        nodes.addAll(replacements);
        return this;
    }

    /** Replaces the outputs by these. */
    public GraphBuilder outputs(List<ValueInfo> replacements) {
        outputs.clear();
        outputs.addAll(replacements);
        return this;
    }

    /** A name that no tensor has: the wanted one, or else one that begins with it. Every call gives another name. */
    public String unusedTensor(String wanted) {
        if (taken.isEmpty()) {
            inputs.forEach(input -> taken.add(input.name()));
            nodes.forEach(node -> taken.addAll(node.outputs()));
        }
        String name = wanted;
        for (int number = 2; initializers.containsKey(name) || !taken.add(name); number++) {
            name = wanted + "_" + number;
        }
        return name;
    }

    /** Removes the constants that neither a node nor an output reads. */
    public GraphBuilder dropUnusedInitializers() {
        Set<String> read = new HashSet<>();
        nodes.forEach(node -> read.addAll(node.inputs()));
        outputs.forEach(output -> read.add(output.name()));
        initializers.keySet().retainAll(read);
        return this;
    }

    /** The graph; an {@link InvalidModelException} where the parts do not fit together. */
    public Graph build() {
        return new Graph(this);
    }
}
