package io.espalier.pruning.graph;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Finds residual blocks {@code y = shortcut(x) + f(x)} whose branch f can be left out, so that {@code y = shortcut(x)}.
 *
 * <p>The shortcut is x itself or a few operators without a window over it: a 1x1 convolution, a strided Slice, zero
 * channels padded around, a pool, a batch normalisation. A branch counts only where leaving it out saves a layer; one that
 * something else reads too stays.
 *
 * <p>A Relu (or Clip) behind the Add stays, unless the shortcut is the result of one like it: applied twice it changes
 * nothing, so it goes with the block.
 *
 * <p>Source: Veit et al. 2016, "Residual Networks Behave Like Ensembles of Relatively Shallow Networks", section 4.1.
 */
public final class ResidualBlocks {
    private static final Set<String> SHORTCUT_OPERATORS =
            Set.of("Slice", "Pad", "Gather", "AveragePool", "MaxPool", "BatchNormalization", "Identity", "Dropout");

    private final DependencyGroups groups;
    private final Graph graph;
    private final Map<String, Integer> places = new HashMap<>();

    private ResidualBlocks(DependencyGroups groups) {
        this.groups = groups;
        this.graph = groups.graph();
        graph.nodes().forEach(node -> places.put(node.name(), places.size()));
    }

    /** {@link #find(DependencyGroups)} for a graph whose groups are not at hand. */
    public static List<DroppableBlock> find(Graph graph) {
        return find(DependencyGroups.of(graph));
    }

    /** The blocks in topological order; one may lie inside another. Leave them out with {@link BlockDropper}. */
    public static List<DroppableBlock> find(DependencyGroups groups) {
        ResidualBlocks blocks = new ResidualBlocks(groups);
        return groups.graph().nodes().stream()
                .filter(node -> node.is("Add") && node.inputs().size() == 2)
                .flatMap(add -> blocks.at(add).stream())
                .toList();
    }

    private Optional<DroppableBlock> at(Node add) {
        Optional<Split> first = split(add, 0);
        Optional<Split> second = split(add, 1);
        boolean useSecond = first.isEmpty()
                || (second.isPresent()
                        && second.get().shortcutLayers() < first.get().shortcutLayers());
        return (useSecond ? second : first).map(split -> block(add, split));
    }

    /** The Add with one of its inputs as the shortcut, if that is one and the rest is worth leaving out. */
    private Optional<Split> split(Node add, int index) {
        String shortcut = add.inputs().get(index);
        String branch = add.inputs().get(1 - index);
        boolean sameShape = groups.shapes().find(shortcut).isPresent()
                && groups.shapes().find(shortcut).equals(groups.shapes().find(add.output()));
        if (!sameShape || shortcut.equals(branch) || graph.initializer(shortcut).isPresent()) {
            return Optional.empty();
        }
        Set<Node> branchNodes = readOnlyThrough(add, branch, shortcut);
        if (branchNodes.stream().noneMatch(Operators::isLayer)) {
            return Optional.empty();
        }
        Set<String> read = new HashSet<>();
        branchNodes.forEach(node -> read.addAll(node.inputs()));
        return shortcutLayers(shortcut, read).map(layers -> new Split(shortcut, branchNodes, layers));
    }

    /** How many layers lie between a tensor the branch reads and the shortcut; empty if it comes from elsewhere. */
    private Optional<Integer> shortcutLayers(String shortcut, Set<String> readByBranch) {
        int layers = 0;
        String tensor = shortcut;
        while (!readByBranch.contains(tensor)) {
            Optional<Node> producer = graph.producer(tensor).filter(this::isShortcutOperator);
            if (producer.isEmpty()) {
                return Optional.empty();
            }
            layers += Operators.isLayer(producer.get()) ? 1 : 0;
            tensor = producer.get().input();
        }
        return Optional.of(layers);
    }

    private boolean isShortcutOperator(Node node) {
        if (node.is("Conv")) {
            return graph.constantInput(node, 1)
                    .map(weights -> weights.shape().elements(2, weights.shape().rank()) == 1)
                    .orElse(false);
        }
        return node.domain().isEmpty() && SHORTCUT_OPERATORS.contains(node.opType());
    }

    /** The nodes whose results reach the outputs of the graph only through this branch of the Add. */
    private Set<Node> readOnlyThrough(Node add, String branch, String shortcut) {
        Set<String> gone = new HashSet<>(Set.of(add.name()));
        Set<Node> nodes = new HashSet<>();
        PriorityQueue<Node> latestFirst =
                new PriorityQueue<>(Comparator.comparing(this::place).reversed());
        graph.producer(branch).ifPresent(latestFirst::add);
        for (Node node = latestFirst.poll(); node != null; node = latestFirst.poll()) {
            boolean unread = node.outputs().stream()
                    .allMatch(output -> !output.equals(shortcut)
                            && !graph.isOutput(output)
                            && graph.consumers(output).stream().allMatch(reader -> gone.contains(reader.name())));
            if (unread && gone.add(node.name())) {
                nodes.add(node);
                node.inputs().forEach(input -> graph.producer(input).ifPresent(latestFirst::add));
            }
        }
        return nodes;
    }

    private DroppableBlock block(Node add, Split split) {
        List<Node> nodes = new ArrayList<>(split.branch());
        nodes.add(add);
        Optional<Node> repeated = repeatedActivation(add, split.shortcut());
        repeated.ifPresent(nodes::add);
        List<String> names = nodes.stream()
                .sorted(Comparator.comparing(this::place))
                .map(Node::name)
                .toList();
        String output = repeated.orElse(add).output();
        return DroppableBlock.of(groups, add.name(), output, split.shortcut(), names);
    }

    /** The activation behind the Add, where the shortcut comes out of one that makes it idle. */
    private Optional<Node> repeatedActivation(Node add, String shortcut) {
        List<Node> readers = graph.consumers(add.output());
        if (readers.size() != 1 || graph.isOutput(add.output())) {
            return Optional.empty();
        }
        Node reader = readers.get(0);
        return graph.producer(shortcut)
                .filter(producer -> (producer.is("Relu") && reader.is("Relu")) || haveSameBounds(producer, reader))
                .map(producer -> reader);
    }

    private boolean haveSameBounds(Node a, Node b) {
        return a.is("Clip")
                && b.is("Clip")
                && a.attributes().equals(b.attributes())
                && a.inputs().size() == b.inputs().size()
                && graph.constantInput(a, 1).equals(graph.constantInput(b, 1))
                && graph.constantInput(a, 2).equals(graph.constantInput(b, 2))
                && a.inputs().stream()
                        .skip(1)
                        .allMatch(bound ->
                                bound.isEmpty() || graph.initializer(bound).isPresent());
    }

    private int place(Node node) {
        return places.getOrDefault(node.name(), -1);
    }

    private record Split(String shortcut, Set<Node> branch, int shortcutLayers) {}
}
