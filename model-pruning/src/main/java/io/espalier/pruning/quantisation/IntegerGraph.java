package io.espalier.pruning.quantisation;

import io.espalier.pruning.graph.Attribute;
import io.espalier.pruning.graph.ElementType;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.GraphBuilder;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Operators;
import io.espalier.pruning.graph.Shape;
import io.espalier.pruning.graph.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One rewriting of a graph by a plan: writes integers and back around every operator that computes in them. */
final class IntegerGraph {
    private final Graph graph;
    private final IntegerPlan plan;
    private final WeightRange weightRange;
    private final FreshNames names;
    private final GraphBuilder builder;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, ActivationScale> scales = new HashMap<>();
    private final Map<String, String> dequantised = new HashMap<>();

    IntegerGraph(Graph graph, IntegerPlan plan, Map<String, Range> ranges, WeightRange weightRange) {
        this.graph = graph;
        this.plan = plan;
        this.weightRange = weightRange;
        this.names = new FreshNames(graph);
        this.builder = graph.toBuilder();
        for (String tensor : plan.scaleOwners()) {
            Range range = ranges.get(tensor);
            if (range == null) {
                throw new IllegalArgumentException("Tensor '" + tensor + "' has no range");
            }
            scales.put(tensor, ActivationScale.of(range));
        }
    }

    Graph build() {
        Map<String, Quantised> constants = new HashMap<>();
        graph.inputs().stream()
                .map(input -> input.name())
                .filter(plan::isInteger)
                .forEach(input -> convert(input, input, constants));
        for (Node node : graph.nodes()) {
            if (!plan.isAbsorbed(node)) {
                Optional<Operation> operation = plan.operation(node);
                write(operation.map(this::inIntegers).orElseGet(() -> inFloat(node)), constants);
            }
        }
        return builder.nodes(nodes).dropUnusedInitializers().build();
    }

    /** Names of a scale and a zero point. */
    private record Quantised(String scale, String zeroPoint) {}

    private Node inIntegers(Operation operation) {
        Node node = operation.node();
        List<String> inputs = new ArrayList<>(node.inputs());
        for (String operand : IntegerPlan.operands(node)) {
            inputs.replaceAll(input -> input.equals(operand) ? dequantised(operand) : input);
        }
        if (Operators.isLayer(node)) {
            withIntegerWeights(node, inputs);
        }
        boolean clampInside = operation.clamp().isPresent() && plan.isInteger(operation.output());
        return node.withInputs(inputs).withOutputs(List.of(clampInside ? operation.output() : node.output()));
    }

    private Node inFloat(Node node) {
        List<String> inputs = new ArrayList<>(node.inputs());
        inputs.replaceAll(input -> plan.comesAsIntegers(input) ? dequantised(input) : input);
        return node.withInputs(inputs);
    }

    private void withIntegerWeights(Node layer, List<String> inputs) {
        ActivationScale inputScale = scale(layer.input());
        LayerWeights weights = LayerWeights.of(graph, layer, inputScale, weightRange);
        inputs.set(
                1,
                constant(
                        layer.name() + "_w",
                        weights.weights(),
                        weights.scales(),
                        Optional.of(weights.zeroPoints()),
                        weights.axis()));
        weights.bias()
                .ifPresent(bias -> inputs.set(
                        2, constant(layer.name() + "_b", bias.values(), bias.scales(), Optional.empty(), 0)));
    }

    /** Adds integers that are constant and what turns them into float; the name of the float. */
    private String constant(String name, Tensor values, Tensor scales, Optional<Tensor> zeroPoints, int axis) {
        List<String> inputs = new ArrayList<>();
        inputs.add(initializer(name + "_q", values));
        inputs.add(initializer(name + "_s", scales));
        zeroPoints.ifPresent(tensor -> inputs.add(initializer(name + "_z", tensor)));
        String output = names.like(name);
        nodes.add(Node.of(output, "DequantizeLinear", inputs, output, Map.of("axis", Attribute.of(axis))));
        return output;
    }

    /** Writes a node, and integers behind each of its outputs that is to be read as such. */
    private void write(Node node, Map<String, Quantised> constants) {
        List<String> outputs = new ArrayList<>(node.outputs());
        outputs.replaceAll(
                output -> plan.isInteger(output) && graph.isOutput(output) ? names.like(output + "_float") : output);
        nodes.add(node.withOutputs(outputs));
        for (int i = 0; i < outputs.size(); i++) {
            String output = node.outputs().get(i);
            if (plan.isInteger(output)) {
                convert(output, outputs.get(i), constants);
            }
        }
    }

    /** Turns the float {@code source} into the integers of a tensor, and these into the float that others read. */
    private void convert(String tensor, String source, Map<String, Quantised> constants) {
        Quantised parameters = constants.computeIfAbsent(plan.scaleOwner(tensor), this::parameters);
        String integers = names.like(tensor + "_q");
        String back = graph.isOutput(tensor) ? tensor : names.like(tensor + "_dq");
        String backNode = graph.isOutput(tensor) ? names.like(tensor + "_dq") : back;
        nodes.add(Node.of(
                integers,
                "QuantizeLinear",
                List.of(source, parameters.scale(), parameters.zeroPoint()),
                integers,
                Map.of()));
        nodes.add(Node.of(
                backNode,
                "DequantizeLinear",
                List.of(integers, parameters.scale(), parameters.zeroPoint()),
                back,
                Map.of()));
        dequantised.put(tensor, back);
    }

    private Quantised parameters(String tensor) {
        ActivationScale scale = scale(tensor);
        Shape scalar = Shape.of();
        return new Quantised(
                initializer(tensor + "_s", Tensor.ofFloats(new float[] {scale.scale()}, scalar)),
                initializer(
                        tensor + "_z",
                        Tensor.ofBytes(ElementType.UINT8, new byte[] {(byte) scale.zeroPoint()}, scalar)));
    }

    private String initializer(String name, Tensor value) {
        String fresh = names.like(name);
        builder.initializer(fresh, value);
        return fresh;
    }

    private ActivationScale scale(String tensor) {
        ActivationScale scale = scales.get(plan.scaleOwner(tensor));
        if (scale == null) {
            throw new IllegalStateException("No scale for '" + tensor + "'");
        }
        return scale;
    }

    private String dequantised(String tensor) {
        String name = dequantised.get(tensor);
        if (name == null) {
            throw new IllegalStateException("'" + tensor + "' is read before it is written");
        }
        return name;
    }
}
