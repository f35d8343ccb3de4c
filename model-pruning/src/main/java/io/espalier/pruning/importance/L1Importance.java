package io.espalier.pruning.importance;

import io.espalier.pruning.graph.DependencyGroups;
import java.util.Map;
import java.util.Optional;

/**
 * Weight magnitude: {@code s_m[c] = sum |w|} over the weights that make channel c and over those that read it.
 *
 * <p>Batch normalisations are folded first, because a filter's own norm means nothing in front of one. Members are
 * combined as in {@link GroupScores}.
 *
 * <p>Value: mean of |w| over the weights that make the channel. Units: those of a weight. A threshold cuts what does not
 * exceed it.
 *
 * <p>Source: Li et al. 2017, "Pruning Filters for Efficient ConvNets", section 3.1.
 */
public final class L1Importance implements AbsoluteImportance {
    @Override
    public String name() {
        return "l1";
    }

    @Override
    public Map<String, double[]> scores(DependencyGroups groups) {
        return WeightScores.relative(
                WeightScores.folded(groups),
                (group, member, weights) -> Optional.of(weights.sums(i -> Math.abs(weights.at(i)))));
    }

    @Override
    public Map<String, double[]> values(DependencyGroups groups) {
        return WeightScores.absolute(
                WeightScores.folded(groups),
                (group, member, weights) -> Optional.of(weights.means(i -> Math.abs(weights.at(i)))));
    }
}
