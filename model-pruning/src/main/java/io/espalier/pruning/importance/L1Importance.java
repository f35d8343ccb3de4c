package io.espalier.pruning.importance;

import io.espalier.pruning.graph.BatchNormFolding;
import io.espalier.pruning.graph.ChannelGroup;
import io.espalier.pruning.graph.ChannelMember;
import io.espalier.pruning.graph.ChannelRole;
import io.espalier.pruning.graph.DependencyGroups;
import io.espalier.pruning.graph.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Weight magnitude: {@code s_m[c] = sum |w|} over the weights that make channel c and over those that read it.
 *
 * <p>Batch normalisations are folded first, because a filter's own norm means nothing in front of one. Members are
 * combined as in {@link GroupScores}.
 *
 * <p>Source: Li et al. 2017, "Pruning Filters for Efficient ConvNets", section 3.1.
 */
public final class L1Importance implements Importance {
    @Override
    public String name() {
        return "l1";
    }

    @Override
    public Map<String, double[]> scores(DependencyGroups groups) {
        DependencyGroups folded = DependencyGroups.of(BatchNormFolding.fold(groups.graph()));
        Map<String, double[]> scores = new LinkedHashMap<>();
        for (ChannelGroup group : groups.prunable()) {
            scores.put(group.id(), scores(folded, folded.group(group.id())));
        }
        return scores;
    }

    private static double[] scores(DependencyGroups groups, ChannelGroup group) {
        GroupScores scores = new GroupScores(group);
        for (ChannelMember member : group.members()) {
            if (member.role() == ChannelRole.OUTPUT || member.role() == ChannelRole.INPUT) {
                Tensor weights = groups.graph().constant(member.tensor());
                scores.add(GroupScores.perChannel(group, member, weights, i -> Math.abs(weights.at(i))));
            }
        }
        return scores.combined();
    }
}
