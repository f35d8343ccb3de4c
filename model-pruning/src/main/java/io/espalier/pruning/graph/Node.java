package io.espalier.pruning.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One operator of the graph, as ONNX describes it.
 *
 * @param name unique in the graph
 * @param opType the ONNX operator, such as {@code Conv}
 * @param domain empty for the standard operators
 * @param inputs tensor names in order; empty where an optional input is left out
 * @param outputs tensor names in order; empty where an optional output is left out
 * @param attributes by name, in the order of the file
 */
public record Node(
        String name,
        String opType,
        String domain,
        List<String> inputs,
        List<String> outputs,
        Map<String, Attribute> attributes) {

    public Node {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
    }

    /** A standard operator with one output. */
    public static Node of(
            String name, String opType, List<String> inputs, String output, Map<String, Attribute> attributes) {
        return new Node(name, opType, "", inputs, List.of(output), attributes);
    }

    public boolean is(String type) {
        return domain.isEmpty() && opType.equals(type);
    }

    /** The first input. */
    public String input() {
        return inputs.get(0);
    }

    /** The first output. */
    public String output() {
        return outputs.get(0);
    }

    /** The name of the input at an index, unless it is left out. */
    public Optional<String> input(int index) {
        return index < inputs.size() && !inputs.get(index).isEmpty()
                ? Optional.of(inputs.get(index))
                : Optional.empty();
    }

    public long intAttribute(String key, long otherwise) {
        Attribute attribute = attributes.get(key);
        return attribute instanceof Attribute.IntValue v ? v.value() : missing(key, attribute, otherwise);
    }

    public float floatAttribute(String key, float otherwise) {
        Attribute attribute = attributes.get(key);
        return attribute instanceof Attribute.FloatValue v ? v.value() : missing(key, attribute, otherwise);
    }

    public String stringAttribute(String key, String otherwise) {
        Attribute attribute = attributes.get(key);
        return attribute instanceof Attribute.StringValue v ? v.value() : missing(key, attribute, otherwise);
    }

    /** The integers of an attribute, unless it is absent. */
    public Optional<int[]> intsAttribute(String key) {
        Attribute attribute = attributes.get(key);
        if (attribute instanceof Attribute.Ints v) {
            return Optional.of(v.values().stream().mapToInt(Node::saturate).toArray());
        }
        return missing(key, attribute, Optional.empty());
    }

    public Node withInputs(List<String> newInputs) {
        return new Node(name, opType, domain, newInputs, outputs, attributes);
    }

    public Node withOutputs(List<String> newOutputs) {
        return new Node(name, opType, domain, inputs, newOutputs, attributes);
    }

    public Node withAttribute(String key, Attribute value) {
        Map<String, Attribute> changed = new LinkedHashMap<>(attributes);
        changed.put(key, value);
        return new Node(name, opType, domain, inputs, outputs, changed);
    }

    /** The same node reading {@code replacement} wherever it read {@code tensor}. */
    public Node reading(String tensor, String replacement) {
        List<String> renamed = new ArrayList<>(inputs);
        renamed.replaceAll(name -> name.equals(tensor) ? replacement : name);
        return withInputs(renamed);
    }

    /** Name and operator, as messages show them. */
    public String label() {
        return (domain.isEmpty() ? opType : domain + "." + opType) + " '" + name + "'";
    }

    private <T> T missing(String key, @Nullable Attribute attribute, T otherwise) {
        if (attribute == null) {
            return otherwise;
        }
        throw new InvalidModelException("Attribute '" + key + "' of " + label() + " has the wrong type: " + attribute);
    }

    private static int saturate(long value) {
        return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, value));
    }
}
