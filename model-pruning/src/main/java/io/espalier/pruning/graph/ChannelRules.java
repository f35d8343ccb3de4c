package io.espalier.pruning.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** How each operator treats channels: which it makes, passes, ties or pins. */
final class ChannelRules {
    /** Everything else takes channels as its first input only; what further inputs say must not change. */
    private static final Set<String> READS_CHANNELS_EVERYWHERE =
            Set.of("Conv", "Gemm", "MatMul", "Add", "Sub", "Mul", "Div", "Max", "Min", "Sum", "Pow", "PRelu", "Concat");

    private final ChannelAnalysis analysis;
    private final Graph graph;
    private final Shapes shapes;
    private final ChannelAtoms atoms;
    private final ShapeChannelRules shapeRules;
    private final List<UnknownReader> unknown = new ArrayList<>();

    ChannelRules(ChannelAnalysis analysis) {
        this.analysis = analysis;
        this.graph = analysis.graph;
        this.shapes = analysis.shapes;
        this.atoms = analysis.atoms;
        this.shapeRules = new ShapeChannelRules(analysis);
    }

    void apply(Node node) {
        if (!isUnderstood(node)) {
            for (String input : node.inputs()) {
                analysis.layout(input).ifPresent(layout -> unknown.add(new UnknownReader(node, layout)));
            }
            return;
        }
        if (!READS_CHANNELS_EVERYWHERE.contains(node.opType())) {
            node.inputs().stream()
                    .skip(1)
                    .forEach(operand -> analysis.pin(operand, "it is an operand of " + node.label()));
        }
        switch (node.opType()) {
            case "Conv" -> convolution(node);
            case "Gemm" -> gemm(node);
            case "MatMul" -> matMul(node);
            case "BatchNormalization" -> batchNorm(node);
            case "Softmax", "LogSoftmax" -> softmax(node);
            case "Add", "Sub", "Mul", "Div", "Max", "Min", "Sum", "Pow", "PRelu" -> elementwise(node);
            case "MaxPool", "AveragePool", "GlobalAveragePool", "GlobalMaxPool" -> pool(node);
            default -> {
                if (Operators.isElementwise(node)) {
                    analysis.layout(node.input()).ifPresent(layout -> analysis.layout(node.output(), layout));
                } else {
                    shapeRules.apply(node);
                }
            }
        }
    }

    /** Conv and Gemm are understood by their weights; everything else needs the shape of what it makes. */
    private boolean isUnderstood(Node node) {
        return Operators.isKnown(node)
                && (node.is("Conv")
                        || node.is("Gemm")
                        || shapes.find(node.output()).isPresent());
    }

    /** Behind the last layer an unknown operator only keeps that layer dense; before it, nobody could tell what it does. */
    void judgeUnknownOperators() {
        if (unknown.isEmpty()) {
            return;
        }
        Set<Integer> pinned = new HashSet<>();
        for (ChannelAtoms.AtomGroup group : atoms.groups()) {
            if (group.pinned().isPresent()) {
                pinned.addAll(group.roots());
            }
        }
        Set<String> beforeLayers = nodesBeforeLayers();
        for (UnknownReader reader : unknown) {
            boolean prunable = Arrays.stream(reader.layout().atoms()).anyMatch(a -> !pinned.contains(atoms.find(a)));
            String what = Operators.isKnown(reader.node())
                    ? " has operands that the graph computes, or moves the batch,"
                    : " is unknown";
            if (prunable && beforeLayers.contains(reader.node().name())) {
                throw new InvalidModelException("Operator " + reader.node().label() + what
                        + " and lies between layers that are to be pruned. Replace it by standard ONNX"
                        + " operators with constant operands, or split the model behind it.");
            }
            atoms.pin(
                    reader.layout().atoms(),
                    (Operators.isKnown(reader.node()) ? "" : "the unknown operator ")
                            + reader.node().label() + " reads it");
        }
    }

    private Set<String> nodesBeforeLayers() {
        Set<String> before = new HashSet<>();
        for (int i = graph.nodes().size() - 1; i >= 0; i--) {
            Node node = graph.nodes().get(i);
            boolean leads = node.outputs().stream()
                    .flatMap(output -> graph.consumers(output).stream())
                    .anyMatch(reader -> Operators.isLayer(reader) || before.contains(reader.name()));
            if (leads) {
                before.add(node.name());
            }
        }
        return before;
    }

    private void convolution(Node node) {
        Optional<ChannelLayout> input = analysis.layout(node.input());
        Optional<Tensor> weights = graph.constantInput(node, 1);
        if (weights.isEmpty() || input.filter(layout -> layout.axis() != 1).isPresent()) {
            pinInputs(node, "its layer " + node.label() + " has computed weights or reads channels off axis 1");
            return;
        }
        String weightsName = node.inputs().get(1);
        Shape shape = weights.get().shape();
        long group = node.intAttribute("group", 1);
        int outputs = shape.dim(0);
        if (group == 1) {
            input.ifPresent(layout -> analysis.carry(node, weightsName, 1, ChannelRole.INPUT, layout.atoms()));
            produce(node, weightsName, 0, outputs);
        } else if (shape.dim(1) > 1) {
            input.ifPresent(layout ->
                    analysis.carry(node, weightsName, 1, ChannelRole.INPUT, tied(layout.atoms(), (int) group)));
            tied(produce(node, weightsName, 0, outputs), (int) group);
        } else if (input.isPresent()) {
            int multiplier = outputs / (int) group;
            int[] spread = new int[outputs];
            Arrays.setAll(spread, o -> input.get().atoms()[o / multiplier]);
            produce(node, weightsName, 0, spread);
        } else {
            atoms.pin(
                    produce(node, weightsName, 0, outputs),
                    "the depthwise convolution '" + node.name() + "' reads fixed channels");
        }
    }

    /**
     * Ties the channels that lie at the same place of each group of a grouped convolution, so that all groups stay
     * equally wide; returns those of the first group.
     */
    private int[] tied(int[] channels, int groups) {
        int size = channels.length / groups;
        for (int i = size; i < channels.length; i++) {
            atoms.union(channels[i % size], channels[i]);
        }
        return Arrays.copyOf(channels, size);
    }

    private void gemm(Node node) {
        Optional<Tensor> weights = graph.constantInput(node, 1);
        if (weights.isEmpty()) {
            pinInputs(node, "its layer " + node.label() + " has computed weights");
            return;
        }
        boolean transposed = node.intAttribute("transB", 0) == 1;
        dense(node, transposed ? 1 : 0, transposed ? 0 : 1);
    }

    private void matMul(Node node) {
        Optional<Tensor> weights = graph.constantInput(node, 1);
        int rank = shapes.find(node.input()).map(Shape::rank).orElse(0);
        boolean onLastAxis = analysis.layout(node.input())
                .filter(layout -> layout.axis() != rank - 1)
                .isEmpty();
        if (weights.isPresent() && weights.get().shape().rank() == 2 && onLastAxis) {
            dense(node, 0, 1);
        } else {
            String what =
                    weights.isPresent() ? " reads channels off its last axis" : " multiplies two computed tensors";
            pinInputs(node, node.label() + what);
        }
    }

    private void dense(Node node, int inputAxis, int outputAxis) {
        String weights = node.inputs().get(1);
        analysis.layout(node.input())
                .ifPresent(layout -> analysis.carry(node, weights, inputAxis, ChannelRole.INPUT, layout.atoms()));
        produce(node, weights, outputAxis, graph.constant(weights).shape().dim(outputAxis));
    }

    private int[] produce(Node node, String weights, int axis, int count) {
        return produce(node, weights, axis, atoms.fresh(count, node.name()));
    }

    private int[] produce(Node node, String weights, int axis, int[] channels) {
        analysis.carry(node, weights, axis, ChannelRole.OUTPUT, channels);
        Optional<Tensor> bias = graph.constantInput(node, 2);
        if (bias.isPresent() && bias.get().shape().rank() > 0) {
            Shape shape = bias.get().shape();
            if (shape.dim(-1) == channels.length && shape.elements() == channels.length) {
                analysis.carry(node, node.inputs().get(2), shape.axis(-1), ChannelRole.BIAS, channels);
            } else if (shape.elements() > 1) {
                atoms.pin(channels, "the bias of '" + node.name() + "' has the shape " + shape);
            }
        } else if (node.input(2).isPresent() && bias.isEmpty()) {
            atoms.pin(channels, "the bias of '" + node.name() + "' is computed");
            analysis.pin(node.inputs().get(2), "it is the bias of " + node.label());
        }
        int outputAxis = node.is("MatMul") ? shapes.of(node.output()).axis(-1) : 1;
        analysis.layout(node.output(), new ChannelLayout(outputAxis, channels));
        return channels;
    }

    private void batchNorm(Node node) {
        Optional<ChannelLayout> input = analysis.layout(node.input());
        if (input.isEmpty()) {
            return;
        }
        boolean constants = node.inputs().stream().skip(1).allMatch(graph.initializers()::containsKey);
        if (input.get().axis() != 1 || !constants) {
            pinInputs(node, node.label() + " has computed operands or reads channels off axis 1");
            return;
        }
        for (String operand : node.inputs().subList(1, node.inputs().size())) {
            analysis.carry(node, operand, 0, ChannelRole.SCALE, input.get().atoms());
        }
        analysis.layout(node.output(), input.get());
    }

    private void softmax(Node node) {
        Optional<ChannelLayout> input = analysis.layout(node.input());
        if (input.isEmpty()) {
            return;
        }
        boolean flattens = graph.opset() < 13;
        Shape shape = shapes.of(node.input());
        int axis = shape.axis((int) node.intAttribute("axis", flattens ? 1 : -1));
        int channels = input.get().axis();
        if (flattens ? channels >= axis : channels == axis) {
            pinInputs(node, node.label() + " normalises over it");
        }
        analysis.layout(node.output(), input.get());
    }

    private void pool(Node node) {
        analysis.layout(node.input()).ifPresent(layout -> {
            if (layout.axis() == 1) {
                analysis.layout(node.output(), layout);
            } else {
                pinInputs(node, node.label() + " pools over it");
            }
        });
    }

    /** Adds, products and their like tie the channels of all operands that are not broadcast along them. */
    private void elementwise(Node node) {
        if (node.inputs().stream().noneMatch(input -> analysis.layout(input).isPresent())) {
            return;
        }
        int rank = shapes.of(node.output()).rank();
        Optional<ChannelLayout> joined = node.inputs().stream()
                .flatMap(input -> aligned(input, rank).stream())
                .max((a, b) -> Integer.compare(a.extent(), b.extent()));
        if (joined.isEmpty()) {
            return;
        }
        int axis = joined.get().axis();
        int[] channels = joined.get().atoms();
        for (String input : node.inputs()) {
            Shape shape = shapes.of(input);
            int own = axis - (rank - shape.rank());
            boolean broadcast = own < 0 || (shape.dim(own) == 1 && channels.length > 1);
            Optional<ChannelLayout> layout = analysis.layout(input);
            boolean aligned = layout.isPresent() && layout.get().axis() == own;
            if (aligned && !broadcast) {
                atoms.union(channels, layout.get().atoms());
                continue;
            }
            layout.ifPresent(other -> atoms.pin(other.atoms(), "it is broadcast by " + node.label()));
            if (!broadcast && layout.isEmpty() && graph.initializers().containsKey(input)) {
                analysis.carry(node, input, own, ChannelRole.SCALE, channels);
            } else if (!broadcast) {
                atoms.pin(channels, "it is combined with the fixed tensor '" + input + "' by " + node.label());
            }
        }
        analysis.layout(node.output(), joined.get());
    }

    private Optional<ChannelLayout> aligned(String input, int rank) {
        return analysis.layout(input)
                .map(layout ->
                        layout.onAxis(layout.axis() + rank - shapes.of(input).rank()));
    }

    private void pinInputs(Node node, String reason) {
        node.inputs().forEach(input -> analysis.pin(input, reason));
    }

    private record UnknownReader(Node node, ChannelLayout layout) {}
}
