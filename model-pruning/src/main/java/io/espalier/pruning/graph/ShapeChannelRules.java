package io.espalier.pruning.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** How the operators that only move, join or cut tensors treat channels. */
final class ShapeChannelRules {
    private final ChannelAnalysis analysis;
    private final Graph graph;
    private final Shapes shapes;
    private final ChannelAtoms atoms;

    ShapeChannelRules(ChannelAnalysis analysis) {
        this.analysis = analysis;
        this.graph = analysis.graph;
        this.shapes = analysis.shapes;
        this.atoms = analysis.atoms;
    }

    void apply(Node node) {
        if (node.is("Concat")) {
            concat(node);
            return;
        }
        Optional<ChannelLayout> layout = analysis.layout(node.input());
        if (layout.isEmpty()) {
            return;
        }
        ChannelLayout channels = layout.get();
        switch (node.opType()) {
            case "Flatten", "Reshape" -> reshape(node, channels);
            case "Transpose" -> transpose(node, channels);
            case "Squeeze" -> squeeze(node, channels);
            case "Unsqueeze" -> unsqueeze(node, channels);
            case "ReduceMean" -> reduce(node, channels);
            case "Slice" -> slice(node, channels);
            case "Split" -> split(node, channels);
            case "Pad" -> pad(node, channels);
            case "Gather" -> gather(node, channels);
            default -> pinned(channels, node.label() + " mixes it with other channels");
        }
    }

    private void concat(Node node) {
        Optional<ChannelLayout> first = node.inputs().stream()
                .flatMap(input -> analysis.layout(input).stream())
                .findFirst();
        if (first.isEmpty()) {
            return;
        }
        int axis = shapes.of(node.output()).axis((int) node.intAttribute("axis", 1));
        int channelAxis = first.get().axis();
        boolean sameAxis = node.inputs().stream()
                .allMatch(input -> analysis.layout(input)
                        .filter(layout -> layout.axis() != channelAxis)
                        .isEmpty());
        if (!sameAxis) {
            node.inputs().forEach(input -> analysis.pin(input, node.label() + " joins different axes"));
            return;
        }
        List<int[]> parts = new ArrayList<>();
        for (String input : node.inputs()) {
            parts.add(analysis.layout(input).map(ChannelLayout::atoms).orElseGet(() -> {
                int[] fixed = atoms.fresh(shapes.of(input).dim(channelAxis), node.name());
                atoms.pin(fixed, "it comes from the fixed tensor '" + input + "'");
                return fixed;
            }));
        }
        if (axis == channelAxis) {
            analysis.requireRoom(node.output(), shapes.of(node.output()).dim(axis));
            int[] joined = parts.stream().flatMapToInt(Arrays::stream).toArray();
            analysis.layout(node.output(), new ChannelLayout(axis, joined));
        } else {
            parts.forEach(part -> atoms.union(parts.get(0), part));
            analysis.layout(node.output(), new ChannelLayout(channelAxis, parts.get(0)));
        }
    }

    /** Passes channels whose axis survives whole, alone or merged with its neighbours into one axis. */
    private void reshape(Node node, ChannelLayout channels) {
        Shape in = shapes.of(node.input());
        Shape out = shapes.of(node.output());
        for (int to = 0; to < out.rank(); to++) {
            for (int first = 0; first <= channels.axis(); first++) {
                for (int end = channels.axis() + 1; end <= in.rank(); end++) {
                    if (first > 0
                            && to > 0
                            && in.elements(0, first) == out.elements(0, to)
                            && in.elements(first, end) == out.dim(to)) {
                        analysis.requireRoom(node.output(), in.elements(first, end));
                        analysis.layout(node.output(), new ChannelLayout(to, spread(channels, in, first, end)));
                        return;
                    }
                }
            }
        }
        unmerged(channels, in, out)
                .ifPresentOrElse(
                        layout -> analysis.layout(node.output(), layout),
                        () -> pinned(channels, node.label() + " splits it"));
    }

    /** Finds channels again that an earlier Reshape or Flatten merged with other axes, where this one undoes it. */
    private Optional<ChannelLayout> unmerged(ChannelLayout channels, Shape in, Shape out) {
        for (int from = 1; from < out.rank(); from++) {
            for (int end = from + 1; end <= out.rank(); end++) {
                boolean sameAxis = in.elements(0, channels.axis()) == out.elements(0, from)
                        && channels.extent() == out.elements(from, end);
                for (int to = from; sameAxis && to < end; to++) {
                    int inner = (int) out.elements(to + 1, end);
                    int[] picked = new int[out.dim(to)];
                    Arrays.setAll(picked, channel -> channels.atoms()[channel * inner]);
                    if (repeats(channels.atoms(), picked, inner)) {
                        return Optional.of(new ChannelLayout(to, picked));
                    }
                }
            }
        }
        return Optional.empty();
    }

    private boolean repeats(int[] merged, int[] picked, int inner) {
        return IntStream.range(0, merged.length)
                .allMatch(i -> atoms.find(merged[i]) == atoms.find(picked[i / inner % picked.length]));
    }

    private static int[] spread(ChannelLayout channels, Shape in, int first, int end) {
        int merged = (int) in.elements(first, end);
        int inner = (int) in.elements(channels.axis() + 1, end);
        int[] spread = new int[merged];
        Arrays.setAll(spread, i -> channels.atoms()[i / inner % channels.extent()]);
        return spread;
    }

    private void transpose(Node node, ChannelLayout channels) {
        int[] order = Operands.permutation(node, shapes.of(node.input()).rank());
        int axis = IntStream.range(0, order.length)
                .filter(i -> order[i] == channels.axis())
                .findFirst()
                .orElseThrow();
        analysis.layout(node.output(), channels.onAxis(axis));
    }

    private void unsqueeze(Node node, ChannelLayout channels) {
        int rank = shapes.of(node.output()).rank();
        int axis = channels.axis();
        for (int inserted : ascending(node, Operands.axes(graph, node).orElse(new int[0]), rank)) {
            axis += inserted <= axis ? 1 : 0;
        }
        analysis.layout(node.output(), channels.onAxis(axis));
    }

    private void squeeze(Node node, ChannelLayout channels) {
        Optional<int[]> axes = Operands.axes(graph, node);
        if (axes.isEmpty()) {
            pinned(channels, node.label() + " names no axes, so a single channel would vanish");
        } else {
            without(node, channels, axes.get(), false);
        }
    }

    private void reduce(Node node, ChannelLayout channels) {
        int[] axes = Operands.reducedAxes(graph, node, shapes.of(node.input()).rank());
        without(node, channels, axes, node.intAttribute("keepdims", 1) == 1);
    }

    private void without(Node node, ChannelLayout channels, int[] axes, boolean kept) {
        int[] gone = ascending(node, axes, shapes.of(node.input()).rank());
        if (Arrays.stream(gone).anyMatch(axis -> axis == channels.axis())) {
            pinned(channels, node.label() + " reduces over it");
            return;
        }
        int before = kept
                ? 0
                : (int) Arrays.stream(gone)
                        .filter(axis -> axis < channels.axis())
                        .count();
        analysis.layout(node.output(), channels.onAxis(channels.axis() - before));
    }

    private static int[] ascending(Node node, int[] axes, int rank) {
        return Arrays.stream(axes)
                .map(axis -> Operands.axis(node, axis, rank))
                .sorted()
                .toArray();
    }

    private void slice(Node node, ChannelLayout channels) {
        SliceRange range = Operands.slices(graph, node, shapes.of(node.input()))[channels.axis()];
        if (range.step() != 1) {
            pinned(channels, node.label() + " takes every " + range.step() + "th channel");
            return;
        }
        int[] part = Arrays.copyOfRange(channels.atoms(), range.start(), range.start() + range.count());
        analysis.layout(node.output(), new ChannelLayout(channels.axis(), part));
    }

    private void split(Node node, ChannelLayout channels) {
        Shape input = shapes.of(node.input());
        int axis = input.axis((int) node.intAttribute("axis", 0));
        int offset = 0;
        for (String output : node.outputs()) {
            if (axis != channels.axis()) {
                analysis.layout(output, channels);
                continue;
            }
            int size = shapes.of(output).dim(axis);
            int[] part = Arrays.copyOfRange(channels.atoms(), offset, offset + size);
            analysis.layout(output, new ChannelLayout(axis, part));
            offset += size;
        }
    }

    /**
     * A zero pad along the channels makes new channels of its own: the rewriting can join any kept inputs to any kept
     * outputs, so the widths before and behind a padded shortcut stay independent.
     */
    private void pad(Node node, ChannelLayout channels) {
        int rank = shapes.of(node.input()).rank();
        int[] pads = Operands.pads(graph, node, rank);
        if (pads[channels.axis()] == 0 && pads[rank + channels.axis()] == 0) {
            analysis.layout(node.output(), channels);
        } else if (Operands.padsWithZero(graph, node)) {
            int[] made = atoms.fresh(shapes.of(node.output()).dim(channels.axis()), node.name());
            analysis.layout(node.output(), new ChannelLayout(channels.axis(), made));
        } else {
            pinned(channels, node.label() + " pads it with something other than zeros");
        }
    }

    private void gather(Node node, ChannelLayout channels) {
        Shape input = shapes.of(node.input());
        int axis = input.axis((int) node.intAttribute("axis", 0));
        if (axis != channels.axis()) {
            int grown = shapes.of(node.output()).rank() - input.rank();
            analysis.layout(node.output(), channels.onAxis(channels.axis() + (axis < channels.axis() ? grown : 0)));
            return;
        }
        Optional<Tensor> indices = graph.constantInput(node, 1);
        if (indices.isEmpty() || indices.get().shape().rank() != 1) {
            pinned(channels, node.label() + " picks channels by computed or single indices");
            return;
        }
        int[] picked = Arrays.stream(indices.get().longs())
                .mapToInt(i -> channels.atoms()[(int) (i < 0 ? i + channels.extent() : i)])
                .toArray();
        analysis.layout(node.output(), new ChannelLayout(axis, picked));
    }

    private void pinned(ChannelLayout channels, String reason) {
        atoms.pin(channels.atoms(), reason);
    }
}
