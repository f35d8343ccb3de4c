package io.espalier.pruning.campaign;

import io.espalier.pruning.graph.ChannelGroup;
import io.espalier.pruning.graph.ChannelMember;
import io.espalier.pruning.graph.ChannelRole;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a contender keeps of each group of the unpruned network. A form without some blocks has groups of its own, so
 * channels are followed through the positions of layers' outputs, which both networks share.
 */
final class KeptChannels {
    private KeptChannels() {}

    /** One entry a group of the unpruned network; empty where its layers were left out. */
    static List<Variant.Kept> of(PrunableNetwork unpruned, Contender contender) {
        Map<String, boolean[]> positions = positions(contender);
        List<Variant.Kept> kept = new ArrayList<>();
        for (ChannelGroup group : unpruned.groups()) {
            Set<Integer> channels = new TreeSet<>();
            for (ChannelMember member : group.members()) {
                boolean[] stays = positions.get(member.node());
                if (member.role() == ChannelRole.OUTPUT && stays != null) {
                    for (int position = 0; position < stays.length; position++) {
                        if (stays[position] && member.channelAt(position) >= 0) {
                            channels.add(member.channelAt(position));
                        }
                    }
                }
            }
            kept.add(new Variant.Kept(group.id(), List.copyOf(channels), group.size()));
        }
        return kept;
    }

    /** Which outputs of each layer of the form stay. */
    private static Map<String, boolean[]> positions(Contender contender) {
        Map<String, boolean[]> positions = new HashMap<>();
        List<ChannelGroup> groups = contender.form().network().groups();
        for (int g = 0; g < groups.size(); g++) {
            Set<Integer> kept = Arrays.stream(contender.kept().get(g)).boxed().collect(Collectors.toSet());
            for (ChannelMember member : groups.get(g).members()) {
                if (member.role() == ChannelRole.OUTPUT) {
                    boolean[] stays = positions.computeIfAbsent(member.node(), node -> new boolean[member.extent()]);
                    for (int position = 0; position < stays.length; position++) {
                        stays[position] |= kept.contains(member.channelAt(position));
                    }
                }
            }
        }
        return positions;
    }
}
