package io.espalier.pruning.importance;

import io.espalier.pruning.graph.ChannelGroup;
import io.espalier.pruning.graph.ChannelMember;
import io.espalier.pruning.graph.ChannelRole;
import io.espalier.pruning.graph.DependencyGroups;
import io.espalier.pruning.graph.Tensor;
import java.util.Map;
import java.util.Optional;

/** The mean gradient of the loss by each trained constant; frozen constants have none. */
final class Gradients {
    private final Map<String, Tensor> byConstant;

    Gradients(Map<String, Tensor> byConstant) {
        this.byConstant = Map.copyOf(byConstant);
    }

    /** The gradient by a member's constant; errors where its shape is another. */
    Optional<Tensor> of(DependencyGroups groups, ChannelMember member) {
        Tensor gradient = byConstant.get(member.tensor());
        if (gradient == null) {
            return Optional.empty();
        }
        Tensor constant = groups.graph().constant(member.tensor());
        if (!gradient.shape().equals(constant.shape())) {
            throw new IllegalArgumentException("The gradient of '" + member.tensor() + "' has the shape "
                    + gradient.shape() + " but the constant has " + constant.shape() + ".");
        }
        return Optional.of(gradient);
    }

    /** Refuses groups of which no weights have a gradient: nothing could be said of them. */
    void requireForEach(DependencyGroups groups) {
        for (ChannelGroup group : groups.prunable()) {
            boolean any = group.members().stream()
                    .filter(member -> member.role() == ChannelRole.OUTPUT || member.role() == ChannelRole.INPUT)
                    .anyMatch(member -> byConstant.containsKey(member.tensor()));
            if (!any) {
                throw new IllegalArgumentException(
                        "Group '" + group.id() + "' has no weights with a gradient; gradients are there for "
                                + byConstant.keySet().stream().sorted().toList() + ".");
            }
        }
    }
}
