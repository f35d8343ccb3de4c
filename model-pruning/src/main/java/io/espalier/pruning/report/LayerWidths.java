package io.espalier.pruning.report;

import io.espalier.pruning.campaign.PrunableNetwork;
import io.espalier.pruning.graph.ChannelGroup;
import io.espalier.pruning.graph.ChannelMember;
import io.espalier.pruning.graph.ChannelRole;
import io.espalier.pruning.graph.Node;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Sees a network's channel groups layer by layer, in the order of the network. */
final class LayerWidths {
    private static final int LETTERS = 26;

    private LayerWidths() {}

    /** @param kept channels by the group's id; a group that is not in it is kept whole */
    static List<LayerWidth> of(PrunableNetwork network, Map<String, List<Integer>> kept) {
        Map<String, Parts> parts = new LinkedHashMap<>();
        for (Node node : network.folded().nodes()) {
            parts.put(node.name(), new Parts());
        }
        int tied = 0;
        for (ChannelGroup group : network.groups()) {
            Optional<String> letter = group.layers().size() > 1 ? Optional.of(letter(tied++)) : Optional.empty();
            add(parts, group, Optional.ofNullable(kept.get(group.id())), letter);
        }
        for (ChannelGroup group : network.keptDense()) {
            add(parts, group, Optional.empty(), Optional.empty());
        }
        List<LayerWidth> layers = new ArrayList<>();
        parts.forEach((name, part) -> part.layer(name).ifPresent(layers::add));
        return layers;
    }

    private static void add(
            Map<String, Parts> parts, ChannelGroup group, Optional<List<Integer>> kept, Optional<String> letter) {
        Optional<Set<Integer>> left = kept.map(HashSet::new);
        for (ChannelMember member : group.members()) {
            Parts part = parts.get(member.node());
            if (member.role() == ChannelRole.OUTPUT && part != null) {
                for (int channel : member.channels()) {
                    if (channel >= 0) {
                        part.of++;
                        part.kept += left.isEmpty() || left.get().contains(channel) ? 1 : 0;
                    }
                }
                part.group = part.group.or(() -> letter);
                part.dense = part.dense.or(group::keptDenseBecause);
                part.prunable |= group.isPrunable();
            }
        }
    }

    /** A, B, ..., Z, AA, AB, ... */
    static String letter(int index) {
        String last = Character.toString((char) ('A' + index % LETTERS));
        return index < LETTERS ? last : letter(index / LETTERS - 1) + last;
    }

    /** What the groups say of one layer, added up. */
    private static final class Parts {
        private int kept;
        private int of;
        private boolean prunable;
        private Optional<String> group = Optional.empty();
        private Optional<String> dense = Optional.empty();

        Optional<LayerWidth> layer(String name) {
            return of == 0
                    ? Optional.empty()
                    : Optional.of(new LayerWidth(name, kept, of, group, prunable ? Optional.empty() : dense));
        }
    }
}
