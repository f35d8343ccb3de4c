package io.espalier.pruning.reconstruction;

import io.espalier.pruning.graph.ChannelGroup;
import io.espalier.pruning.graph.ChannelMember;
import io.espalier.pruning.graph.ChannelRole;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Which outputs of each layer of the unpruned network are left in the pruned one. */
final class KeptOutputs {
    private final Map<String, boolean[]> stays = new HashMap<>();

    /**
     * @param groups of the network that channels were cut from
     * @param kept channels by group id; groups that are not named stay whole
     */
    KeptOutputs(List<ChannelGroup> groups, Map<String, int[]> kept) {
        for (ChannelGroup group : groups) {
            boolean[] channels = new boolean[group.size()];
            if (kept.containsKey(group.id())) {
                Arrays.stream(kept.get(group.id())).forEach(channel -> channels[channel] = true);
            } else {
                Arrays.fill(channels, true);
            }
            for (ChannelMember member : group.members()) {
                if (member.role() == ChannelRole.OUTPUT) {
                    boolean[] outputs = stays.computeIfAbsent(member.node(), node -> new boolean[member.extent()]);
                    for (int position = 0; position < outputs.length; position++) {
                        int channel = member.channelAt(position);
                        outputs[position] |= channel >= 0 && channels[channel];
                    }
                }
            }
        }
    }

    /** Old positions of the outputs a layer still has, in order; all of them where it makes no channels of its own. */
    int[] of(String node, int outputs) {
        boolean[] known = stays.get(node);
        return IntStream.range(0, outputs)
                .filter(output -> known == null || known[output])
                .toArray();
    }
}
