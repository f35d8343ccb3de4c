package io.espalier.pruning.graph;

import io.espalier.pruning.graph.ChannelAnalysis.Axis;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Removes channels from a graph.
 *
 * <p>The result computes what the graph computes with the removed channels forced to zero wherever they are read. Nodes
 * and constants keep their names. Keeping every channel gives an equal graph.
 */
public final class Pruner {
    private Pruner() {}

    /** {@link #prune(DependencyGroups, Map)} for a graph whose groups are not at hand. */
    public static Graph prune(Graph graph, Map<String, int[]> kept) {
        return prune(DependencyGroups.of(graph), kept);
    }

    /**
     * The graph with only the kept channels.
     *
     * <p>Errors: {@link IllegalArgumentException} for an unknown group, a group that must stay dense, channels that
     * do not exist, and a choice that leaves a tensor empty (see {@link DependencyGroups#withoutGaps}). Cost: one copy of the constants that shrink.
     *
     * @param groups the groups of the graph to prune
     * @param kept the channels to keep, by group id; groups that are not named stay whole
     */
    public static Graph prune(DependencyGroups groups, Map<String, int[]> kept) {
        boolean[] removed = groups.removed(kept);
        groups.requireNoGaps(removed);
        ChannelAnalysis analysis = groups.analysis();
        Graph graph = groups.graph();
        Map<String, Tensor> constants = new LinkedHashMap<>();
        for (Axis axis : analysis.constantAxes()) {
            int[] positions = ChannelAnalysis.keptPositions(axis.atoms(), removed);
            if (positions.length < axis.atoms().length) {
                Tensor current = constants.getOrDefault(axis.constant(), graph.constant(axis.constant()));
                constants.put(axis.constant(), current.select(axis.axis(), positions));
            }
        }
        GraphBuilder builder = graph.toBuilder();
        constants.forEach(builder::initializer);
        NodeRewriter rewriter = new NodeRewriter(analysis, removed, builder);
        builder.nodes(rewriter.rewriteAll());
        return builder.dropUnusedInitializers().build();
    }
}
