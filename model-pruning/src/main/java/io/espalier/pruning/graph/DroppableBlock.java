package io.espalier.pruning.graph;

import java.util.List;

/**
 * A part of a network that can be left out whole: whatever reads its output reads its shortcut instead.
 *
 * @param name the name of the node that stands for the block: the Add of a residual block, the layer of a chain
 * @param output the tensor the block makes
 * @param shortcut the tensor that takes its place; it has the same shape
 * @param nodes the names of the nodes that go, in topological order
 * @param groups the ids of the prunable channel groups that live only inside the block
 */
public record DroppableBlock(String name, String output, String shortcut, List<String> nodes, List<String> groups) {
    public DroppableBlock {
        nodes = List.copyOf(nodes);
        groups = List.copyOf(groups);
    }

    /** The block with the groups filled in that have members nowhere else. */
    static DroppableBlock of(DependencyGroups groups, String name, String output, String shortcut, List<String> nodes) {
        List<String> inside = groups.prunable().stream()
                .filter(group -> !group.members().isEmpty())
                .filter(group -> group.members().stream().allMatch(member -> nodes.contains(member.node())))
                .map(ChannelGroup::id)
                .toList();
        return new DroppableBlock(name, output, shortcut, nodes, inside);
    }
}
