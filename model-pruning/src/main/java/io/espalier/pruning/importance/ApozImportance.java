package io.espalier.pruning.importance;

import io.espalier.pruning.evaluation.ChannelStatistics;
import io.espalier.pruning.graph.ChannelGroup;
import io.espalier.pruning.graph.ChannelTensor;
import io.espalier.pruning.graph.DependencyGroups;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Operands;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;

/**
 * Activation frequency: {@code s_m[c] = f[c] = 1 - APoZ[c]}, where APoZ is the part of channel c's values that are zero
 * behind a ReLU, over samples and positions; one member for each ReLU that channel c goes through.
 *
 * <p>Members are combined as in {@link GroupScores}. Groups that go through no ReLU (nor a Clip from 0) have no zeros to
 * count and are scored by {@link L1Importance}.
 *
 * <p>Value: APoZ itself, 0 to 1; of several ReLUs, the smallest. A threshold cuts what exceeds it: 0.9 cuts channels that
 * are zero more than nine times out of ten, which is f < 0.1.
 *
 * <p>Source: Hu et al. 2016, "Network Trimming: A Data-Driven Neuron Pruning Approach towards Efficient Deep
 * Architectures", section 3.1.
 */
public final class ApozImportance implements AbsoluteImportance {
    private final Map<String, ChannelStatistics> activations;

    /**
     * Takes the activations to score with.
     *
     * @param activations statistics of the tensors that {@link #watched} names
     */
    public ApozImportance(Map<String, ChannelStatistics> activations) {
        this.activations = Map.copyOf(activations);
    }

    /** The tensors behind a ReLU that carry channels of prunable groups, each with the axis these lie along. */
    public static Map<String, Integer> watched(DependencyGroups groups) {
        Map<String, Integer> watched = new LinkedHashMap<>();
        for (ChannelGroup group : groups.prunable()) {
            rectified(groups, group).forEach(carrier -> watched.put(carrier.tensor(), carrier.axis()));
        }
        return watched;
    }

    @Override
    public String name() {
        return "apoz";
    }

    @Override
    public Map<String, double[]> scores(DependencyGroups groups) {
        return PartialScores.of(
                groups,
                silentOn(groups),
                group -> said(groups, group, zeros -> 1 - zeros).combined());
    }

    @Override
    public Map<String, double[]> values(DependencyGroups groups) {
        return WeightScores.each(
                groups, group -> said(groups, group, zeros -> zeros).smallest());
    }

    @Override
    public boolean cuts(double value, double threshold) {
        return value > threshold;
    }

    @Override
    public Set<String> silentOn(DependencyGroups groups) {
        return groups.prunable().stream()
                .filter(group -> rectified(groups, group).isEmpty())
                .map(ChannelGroup::id)
                .collect(Collectors.toSet());
    }

    private GroupScores said(DependencyGroups groups, ChannelGroup group, DoubleUnaryOperator number) {
        GroupScores scores = new GroupScores(group.size());
        for (ChannelTensor carrier : rectified(groups, group)) {
            ChannelStatistics statistics = activations.get(carrier.tensor());
            if (statistics == null) {
                throw new IllegalArgumentException("There are no statistics of '" + carrier.tensor() + "', only of "
                        + activations.keySet().stream().sorted().toList() + ".");
            }
            scores.add(
                    carrier, Arrays.stream(statistics.zeroShare()).map(number).toArray());
        }
        return scores;
    }

    private static List<ChannelTensor> rectified(DependencyGroups groups, ChannelGroup group) {
        return groups.carriers(group.id()).stream()
                .filter(carrier -> groups.graph()
                        .producer(carrier.tensor())
                        .filter(node -> isRectifier(groups.graph(), node))
                        .isPresent())
                .toList();
    }

    private static boolean isRectifier(Graph graph, Node node) {
        return node.is("Relu") || (node.is("Clip") && Operands.clipBounds(graph, node)[0] == 0);
    }
}
