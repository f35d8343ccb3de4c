package io.espalier.pruning.allocation;

import java.util.List;
import java.util.stream.IntStream;

/** All groups of one network whose widths are to be chosen; a width choice is one number a group, in this order. */
public record WidthSpace(List<Group> groups) {
    public WidthSpace {
        groups = List.copyOf(groups);
    }

    public int[] full() {
        return groups.stream().mapToInt(Group::width).toArray();
    }

    public int[] minimum() {
        return groups.stream().mapToInt(Group::minimum).toArray();
    }

    /** Every group at the widest choice within the same fraction of its width. */
    public int[] uniform(double fraction) {
        return groups.stream().mapToInt(g -> g.atMost(g.width() * fraction)).toArray();
    }

    /** The same groups without the choices that are wider than it takes to hold so many channels, one number a group. */
    public WidthSpace holding(int[] channels) {
        return new WidthSpace(IntStream.range(0, groups.size())
                .mapToObj(g -> groups.get(g).holding(channels[g]))
                .toList());
    }

    public int size() {
        return groups.size();
    }
}
