package io.espalier.pruning.importance;

import io.espalier.pruning.graph.ChannelGroup;
import io.espalier.pruning.graph.ChannelMember;
import io.espalier.pruning.graph.ChannelRole;
import io.espalier.pruning.graph.DependencyGroups;
import io.espalier.pruning.graph.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * First-order Taylor expansion of the loss: {@code s_m[c] = |sum w * dL/dw|} over the weights (with the bias of the same
 * layer) that make channel c, and over those that read it; in the mean over batches.
 *
 * <p>That is the change of the loss, to first order, when those weights become zero. Members are combined as in {@link
 * GroupScores}. Constants without a gradient (frozen) say nothing.
 *
 * <p>Value: the number itself, for the weights that make the channel. Units: loss (nats). A threshold cuts what is below
 * it.
 *
 * <p>Source: Molchanov et al. 2019, "Importance Estimation for Neural Network Pruning", section 3.1.
 */
public final class TaylorImportance implements AbsoluteImportance {
    private final Gradients gradients;

    /**
     * Takes the gradients to score with.
     *
     * @param gradients of each batch, the mean gradient of the loss by the name of the constant, each of that constant's shape
     */
    public TaylorImportance(List<Map<String, Tensor>> gradients) {
        this.gradients = new Gradients(gradients);
    }

    @Override
    public String name() {
        return "taylor";
    }

    @Override
    public Map<String, double[]> scores(DependencyGroups groups) {
        gradients.requireForEach(groups);
        return WeightScores.relative(groups, (group, member, weights) -> change(groups, group, member));
    }

    @Override
    public Map<String, double[]> values(DependencyGroups groups) {
        gradients.requireForEach(groups);
        return WeightScores.absolute(groups, (group, member, weights) -> change(groups, group, member));
    }

    @Override
    public boolean cuts(double value, double threshold) {
        return value < threshold;
    }

    private Optional<double[]> change(DependencyGroups groups, ChannelGroup group, ChannelMember member) {
        return gradients.mean(batch -> products(batch, groups, group, member).map(sums -> {
            if (member.role() == ChannelRole.OUTPUT) {
                addBias(batch, groups, group, member.node(), sums);
            }
            return Arrays.stream(sums).map(Math::abs).toArray();
        }));
    }

    private static void addBias(
            Gradients.Batch batch, DependencyGroups groups, ChannelGroup group, String node, double[] sums) {
        for (ChannelMember member : group.members()) {
            if (member.role() == ChannelRole.BIAS && member.node().equals(node)) {
                products(batch, groups, group, member).ifPresent(bias -> Arrays.setAll(sums, c -> sums[c] + bias[c]));
            }
        }
    }

    private static Optional<double[]> products(
            Gradients.Batch batch, DependencyGroups groups, ChannelGroup group, ChannelMember member) {
        ChannelElements weights =
                new ChannelElements(group.size(), member, groups.graph().constant(member.tensor()));
        return batch.of(groups, member).map(gradient -> weights.sums(i -> (double) weights.at(i) * gradient.at(i)));
    }
}
