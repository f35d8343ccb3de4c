package io.espalier.pruning.importance;

import io.espalier.pruning.graph.BatchNormFolding;
import io.espalier.pruning.graph.ChannelGroup;
import io.espalier.pruning.graph.ChannelMember;
import io.espalier.pruning.graph.ChannelRole;
import io.espalier.pruning.graph.DependencyGroups;
import io.espalier.pruning.graph.Node;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Asks a criterion about each layer of each prunable group, and combines what it says. */
final class WeightScores {
    private static final Set<ChannelRole> MAKERS = EnumSet.of(ChannelRole.OUTPUT);
    private static final Set<ChannelRole> MAKERS_AND_READERS = EnumSet.of(ChannelRole.OUTPUT, ChannelRole.INPUT);

    private WeightScores() {}

    /** What a criterion says about a layer's weights, by channel of the group; empty where it says nothing. */
    interface Says {
        Optional<double[]> of(ChannelGroup group, ChannelMember member, ChannelElements weights);
    }

    /** Relative scores from the weights that make a channel and those that read it. */
    static Map<String, double[]> relative(DependencyGroups groups, Says says) {
        return each(
                groups, group -> said(groups, group, MAKERS_AND_READERS, says).combined());
    }

    /** The largest number said of the weights that make a channel, in the criterion's own units. */
    static Map<String, double[]> absolute(DependencyGroups groups, Says says) {
        return each(groups, group -> ofMakers(groups, group, says).largest());
    }

    /** What is said of the weights that make a group's channels. */
    static GroupScores ofMakers(DependencyGroups groups, ChannelGroup group, Says says) {
        return said(groups, group, MAKERS, says);
    }

    /** One entry per prunable group. */
    static Map<String, double[]> each(DependencyGroups groups, Function<ChannelGroup, double[]> score) {
        Map<String, double[]> scores = new LinkedHashMap<>();
        groups.prunable().forEach(group -> scores.put(group.id(), score.apply(group)));
        return scores;
    }

    /**
     * The groups of the same network with its batch normalisations folded: what a layer's weights are worth is known only
     * with the scale that follows them. Groups and channels are the same.
     */
    static DependencyGroups folded(DependencyGroups groups) {
        for (Node node : groups.graph().nodes()) {
            if (node.is("BatchNormalization")) {
                return DependencyGroups.of(BatchNormFolding.fold(groups.graph()));
            }
        }
        return groups;
    }

    private static GroupScores said(DependencyGroups groups, ChannelGroup group, Set<ChannelRole> roles, Says says) {
        GroupScores scores = new GroupScores(group.size());
        for (ChannelMember member : group.members()) {
            if (roles.contains(member.role())) {
                ChannelElements weights =
                        new ChannelElements(group.size(), member, groups.graph().constant(member.tensor()));
                says.of(group, member, weights).ifPresent(scores::add);
            }
        }
        return scores;
    }
}
