package io.espalier.pruning.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Rewrites the operators whose operands or attributes name a number of channels. */
final class NodeRewriter {
    private final ChannelAnalysis analysis;
    private final Graph graph;
    private final boolean[] removed;
    private final GraphBuilder builder;

    NodeRewriter(ChannelAnalysis analysis, boolean[] removed, GraphBuilder builder) {
        this.analysis = analysis;
        this.graph = analysis.graph;
        this.removed = removed;
        this.builder = builder;
    }

    List<Node> rewriteAll() {
        List<Node> nodes = new ArrayList<>();
        for (Node node : graph.nodes()) {
            if (shrinks(node)) {
                nodes.addAll(rewrite(node));
            } else {
                nodes.add(node);
            }
        }
        return nodes;
    }

    private boolean shrinks(Node node) {
        return node.inputs().stream().anyMatch(this::shrinks)
                || node.outputs().stream().anyMatch(this::shrinks);
    }

    private boolean shrinks(String tensor) {
        Optional<ChannelLayout> layout = analysis.layout(tensor);
        if (layout.isPresent()) {
            for (int atom : layout.get().atoms()) {
                if (removed[atom]) {
                    return true;
                }
            }
        }
        return false;
    }

    private List<Node> rewrite(Node node) {
        return switch (node.opType()) {
            case "Conv" -> List.of(convolution(node));
            case "Reshape" -> List.of(reshape(node));
            case "Slice" -> List.of(slice(node));
            case "Split" -> List.of(split(node));
            case "Gather" -> List.of(gather(node));
            case "Pad" -> pad(node);
            default -> List.of(node);
        };
    }

    /** A depthwise convolution has a group per channel; any other keeps its groups, each narrower. */
    private Node convolution(Node node) {
        boolean depthwise = node.intAttribute("group", 1) > 1
                && graph.constant(node.inputs().get(1)).shape().dim(1) == 1;
        return depthwise ? node.withAttribute("group", Attribute.of((long) kept(layout(node.input())).length)) : node;
    }

    /** Names every extent but the batch and the inferred one: a 0 copies an extent that may have shrunk. */
    private Node reshape(Node node) {
        long[] target = graph.constant(node.inputs().get(1)).longs();
        Shape shape = analysis.shapes.of(node.output());
        ChannelLayout output = layout(node.output());
        for (int axis = 1; axis < target.length; axis++) {
            if (target[axis] != -1) {
                target[axis] = axis == output.axis() ? kept(output).length : shape.dim(axis);
            }
        }
        return withConstant(node, 1, Tensor.vector(target));
    }

    private Node slice(Node node) {
        ChannelLayout input = layout(node.input());
        SliceRange[] ranges = Operands.slices(graph, node, analysis.shapes.of(node.input()));
        SliceRange cut = ranges[input.axis()];
        int start = 0;
        for (int position = 0; position < cut.start(); position++) {
            start += stays(input.atoms()[position]) ? 1 : 0;
        }
        ranges[input.axis()] = new SliceRange(start, 1, kept(layout(node.output())).length);
        List<long[]> operands = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            operands.add(new long[ranges.length - 1]);
        }
        for (int axis = 1; axis < ranges.length; axis++) {
            SliceRange range = ranges[axis];
            long end = (long) range.start() + (long) range.step() * range.count();
            operands.get(0)[axis - 1] = range.start();
            operands.get(1)[axis - 1] = end < 0 ? Integer.MIN_VALUE : end;
            operands.get(2)[axis - 1] = axis;
            operands.get(3)[axis - 1] = range.step();
        }
        if (node.intsAttribute("starts").isPresent()) {
            return node.withAttribute("starts", ints(operands.get(0)))
                    .withAttribute("ends", ints(operands.get(1)))
                    .withAttribute("axes", ints(operands.get(2)));
        }
        Node changed = node;
        for (int i = 0; i < 4; i++) {
            changed = withConstant(changed, i + 1, Tensor.vector(operands.get(i)));
        }
        return changed;
    }

    private Node split(Node node) {
        ChannelLayout input = layout(node.input());
        int axis = analysis.shapes.of(node.input()).axis((int) node.intAttribute("axis", 0));
        if (axis != input.axis()) {
            return node;
        }
        long[] sizes = node.outputs().stream()
                .mapToLong(output -> kept(layout(output)).length)
                .toArray();
        if (graph.opset() < 13) {
            return node.withAttribute("split", ints(sizes));
        }
        Map<String, Attribute> attributes = new LinkedHashMap<>(node.attributes());
        attributes.remove("num_outputs");
        Node plain = new Node(node.name(), node.opType(), "", node.inputs(), node.outputs(), attributes);
        return withConstant(plain, 1, Tensor.vector(sizes));
    }

    private Node gather(Node node) {
        ChannelLayout input = layout(node.input());
        int axis = analysis.shapes.of(node.input()).axis((int) node.intAttribute("axis", 0));
        if (axis != input.axis()) {
            return node;
        }
        int[] places = places(input);
        long[] indices = Arrays.stream(graph.constant(node.inputs().get(1)).longs())
                .map(index -> index < 0 ? index + input.extent() : index)
                .filter(index -> stays(input.atoms()[(int) index]))
                .map(index -> places[(int) index])
                .toArray();
        return withConstant(node, 1, Tensor.vector(indices));
    }

    /** Pads by new amounts where the kept channels still lie side by side; else appends one zero and gathers. */
    private List<Node> pad(Node node) {
        ChannelLayout input = layout(node.input());
        ChannelLayout output = layout(node.output());
        int rank = analysis.shapes.of(node.input()).rank();
        int[] pads = Operands.pads(graph, node, rank);
        int axis = input.axis();
        if (pads[axis] == 0 && pads[rank + axis] == 0) {
            return List.of(node);
        }
        ShortcutMap map = ShortcutMap.of(places(input), kept(output), pads[axis], kept(input).length);
        pads[axis] = map.zerosBefore();
        pads[rank + axis] = map.zerosAfter();
        if (map.isPlainPad()) {
            return List.of(withPads(node, pads));
        }
        String name = unusedName(node.name() + "_gather");
        String padded = builder.unusedTensor(name + "_padded");
        String indices = builder.unusedTensor(name + "_channels");
        builder.initializer(indices, Tensor.vector(map.gathered()));
        Node gather = Node.of(
                name, "Gather", List.of(padded, indices), node.output(), Map.of("axis", Attribute.of((long) axis)));
        return List.of(withPads(node, pads).withOutputs(List.of(padded)), gather);
    }

    private Node withPads(Node node, int[] pads) {
        if (node.intsAttribute("pads").isPresent()) {
            return node.withAttribute("pads", Attribute.ints(pads));
        }
        Node allAxes = node.input(3).isPresent() ? node.withInputs(node.inputs().subList(0, 3)) : node;
        return withConstant(
                allAxes, 1, Tensor.vector(Arrays.stream(pads).asLongStream().toArray()));
    }

    /** The node with another constant as an operand; a constant that others read too is left to them. */
    private Node withConstant(Node node, int index, Tensor value) {
        List<String> inputs = new ArrayList<>(node.inputs());
        while (inputs.size() <= index) {
            inputs.add("");
        }
        String current = inputs.get(index);
        boolean own = !current.isEmpty()
                && graph.consumers(current).size() == 1
                && node.inputs().stream().filter(current::equals).count() == 1;
        String name = own ? current : builder.unusedTensor(node.name() + "_operand" + index);
        builder.initializer(name, value);
        inputs.set(index, name);
        return node.withInputs(inputs);
    }

    private String unusedName(String wanted) {
        String name = wanted;
        for (int number = 2; isNodeName(name); number++) {
            name = wanted + number;
        }
        return name;
    }

    private boolean isNodeName(String name) {
        return graph.nodes().stream().anyMatch(node -> node.name().equals(name));
    }

    private ChannelLayout layout(String tensor) {
        return analysis.layout(tensor)
                .orElseThrow(() -> new IllegalStateException("Tensor '" + tensor + "' carries no channels"));
    }

    private int[] kept(ChannelLayout layout) {
        return ChannelAnalysis.keptPositions(layout.atoms(), removed);
    }

    private boolean stays(int atom) {
        return !removed[atom];
    }

    /** For each old position the new one; -1 where the channel goes. */
    private int[] places(ChannelLayout layout) {
        int[] places = new int[layout.extent()];
        int next = 0;
        for (int position = 0; position < places.length; position++) {
            places[position] = stays(layout.atoms()[position]) ? next++ : -1;
        }
        return places;
    }

    private static Attribute ints(long[] values) {
        return new Attribute.Ints(Arrays.stream(values).boxed().toList());
    }
}
