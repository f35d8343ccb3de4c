package io.espalier.pruning.importance;

import io.espalier.pruning.graph.DependencyGroups;
import io.espalier.pruning.graph.Tensor;
import java.util.List;
import java.util.Map;

/**
 * Gradient magnitude: {@code s_m[c] = sum |dL/dw|} over the weights that make channel c and over those that read it, in the
 * mean over batches.
 *
 * <p>The loss hardly depends on weights of small gradient. That speaks of how fast it changes with them, not of what is
 * lost without them: {@link TaylorImportance} multiplies by the way to zero. Members are combined as in {@link
 * GroupScores}; constants without a gradient (frozen) say nothing.
 *
 * <p>Value: mean of |dL/dw| over the weights that make the channel. Units: loss (nats) per unit of weight. A threshold
 * cuts what is below it.
 *
 * <p>Source: Mozer and Smolensky 1989, "Skeletonization", which judges a unit by the derivative of the error; here by
 * those of its weights.
 */
public final class GradientImportance implements AbsoluteImportance {
    private final Gradients gradients;

    /**
     * Takes the gradients to score with.
     *
     * @param gradients of each batch, the mean gradient of the loss by the name of the constant, each of that constant's shape
     */
    public GradientImportance(List<Map<String, Tensor>> gradients) {
        this.gradients = new Gradients(gradients);
    }

    @Override
    public String name() {
        return "gradient";
    }

    @Override
    public Map<String, double[]> scores(DependencyGroups groups) {
        gradients.requireForEach(groups);
        return WeightScores.relative(
                groups,
                (group, member, weights) -> gradients.mean(batch ->
                        batch.of(groups, member).map(gradient -> weights.sums(i -> Math.abs(gradient.at(i))))));
    }

    @Override
    public Map<String, double[]> values(DependencyGroups groups) {
        gradients.requireForEach(groups);
        return WeightScores.absolute(
                groups,
                (group, member, weights) -> gradients.mean(batch ->
                        batch.of(groups, member).map(gradient -> weights.means(i -> Math.abs(gradient.at(i))))));
    }

    @Override
    public boolean cuts(double value, double threshold) {
        return value < threshold;
    }
}
