package io.espalier.pruning.graph;

import java.util.List;
import java.util.Optional;

/**
 * Channels that can only be removed together, across all layers that a residual add, a depthwise convolution or another
 * tie joins.
 *
 * @param id the name of the first layer that makes these channels (of the first node where no layer does)
 * @param size how many channels there are
 * @param members every axis of every constant that shrinks with the group
 * @param keptDenseBecause why no channel may be removed; empty where they may
 */
public record ChannelGroup(String id, int size, List<ChannelMember> members, Optional<String> keptDenseBecause) {
    public ChannelGroup {
        members = List.copyOf(members);
    }

    public boolean isPrunable() {
        return keptDenseBecause.isEmpty();
    }

    /** The layers that make the channels, in topological order. */
    public List<String> layers() {
        return members.stream()
                .filter(member -> member.role() == ChannelRole.OUTPUT)
                .map(ChannelMember::node)
                .distinct()
                .toList();
    }
}
