package io.espalier.pruning.importance;

import io.espalier.pruning.graph.DependencyGroups;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * Weight magnitude, large weights counting for more: {@code s_m[c] = sqrt(sum w^2)} over the weights that make channel c
 * and over those that read it.
 *
 * <p>Batch normalisations are folded first. Members are combined as in {@link GroupScores}.
 *
 * <p>Value: root mean square of the weights that make the channel. Units: those of a weight. A threshold cuts what does
 * not exceed it.
 *
 * <p>Source: He et al. 2018, "Soft Filter Pruning for Accelerating Deep Convolutional Neural Networks", section 3.2, with
 * p = 2.
 */
public final class L2Importance implements AbsoluteImportance {
    @Override
    public String name() {
        return "l2";
    }

    @Override
    public Map<String, double[]> scores(DependencyGroups groups) {
        return WeightScores.relative(
                WeightScores.folded(groups),
                (group, member, weights) -> Optional.of(roots(weights.sums(i -> square(weights.at(i))))));
    }

    @Override
    public Map<String, double[]> values(DependencyGroups groups) {
        return WeightScores.absolute(
                WeightScores.folded(groups),
                (group, member, weights) -> Optional.of(roots(weights.means(i -> square(weights.at(i))))));
    }

    private static double square(double weight) {
        return weight * weight;
    }

    private static double[] roots(double[] squares) {
        return Arrays.stream(squares).map(Math::sqrt).toArray();
    }
}
