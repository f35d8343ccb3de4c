package io.espalier.pruning.importance;

import io.espalier.pruning.graph.ChannelGroup;
import io.espalier.pruning.graph.ChannelMember;
import io.espalier.pruning.graph.ChannelRole;
import io.espalier.pruning.graph.DependencyGroups;
import io.espalier.pruning.graph.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * First-order Taylor expansion of the loss: {@code s_m[c] = |sum w * dL/dw|} over the weights (with the bias of the same
 * layer) that make channel c, and over those that read it.
 *
 * <p>That is the change of the loss, to first order, when those weights become zero. Members are combined as in {@link
 * GroupScores}. Constants without a gradient (frozen) say nothing.
 *
 * <p>Source: Molchanov et al. 2019, "Importance Estimation for Neural Network Pruning", section 3.1.
 */
public final class TaylorImportance implements Importance {
    private final Map<String, Tensor> gradients;

    /**
     * Takes the gradients to score with.
     *
     * @param gradients the mean gradient of the loss by the name of the constant, each of that constant's shape
     */
    public TaylorImportance(Map<String, Tensor> gradients) {
        this.gradients = Map.copyOf(gradients);
    }

    @Override
    public String name() {
        return "taylor";
    }

    @Override
    public Map<String, double[]> scores(DependencyGroups groups) {
        Map<String, double[]> scores = new LinkedHashMap<>();
        for (ChannelGroup group : groups.prunable()) {
            scores.put(group.id(), scores(groups, group));
        }
        return scores;
    }

    private double[] scores(DependencyGroups groups, ChannelGroup group) {
        GroupScores scores = new GroupScores(group);
        boolean any = false;
        for (ChannelMember member : group.members()) {
            boolean weights = member.role() == ChannelRole.OUTPUT || member.role() == ChannelRole.INPUT;
            Optional<double[]> change = weights ? change(groups, group, member) : Optional.empty();
            if (change.isPresent()) {
                any = true;
                double[] sums = change.get();
                if (member.role() == ChannelRole.OUTPUT) {
                    addBias(groups, group, member.node(), sums);
                }
                scores.add(Arrays.stream(sums).map(Math::abs).toArray());
            }
        }
        if (!any) {
            throw new IllegalArgumentException(
                    "Group '" + group.id() + "' has no weights with a gradient; gradients are" + " there for "
                            + gradients.keySet().stream().sorted().toList() + ".");
        }
        return scores.combined();
    }

    private void addBias(DependencyGroups groups, ChannelGroup group, String node, double[] sums) {
        for (ChannelMember member : group.members()) {
            if (member.role() == ChannelRole.BIAS && member.node().equals(node)) {
                change(groups, group, member).ifPresent(bias -> Arrays.setAll(sums, c -> sums[c] + bias[c]));
            }
        }
    }

    private Optional<double[]> change(DependencyGroups groups, ChannelGroup group, ChannelMember member) {
        Tensor gradient = gradients.get(member.tensor());
        if (gradient == null) {
            return Optional.empty();
        }
        Tensor weights = groups.graph().constant(member.tensor());
        if (!gradient.shape().equals(weights.shape())) {
            throw new IllegalArgumentException("The gradient of '" + member.tensor() + "' has the shape "
                    + gradient.shape() + " but the constant has " + weights.shape() + ".");
        }
        return Optional.of(
                GroupScores.perChannel(group, member, weights, i -> (double) weights.at(i) * gradient.at(i)));
    }
}
