package io.espalier.pruning.importance;

import io.espalier.pruning.evaluation.CovarianceTally;
import io.espalier.pruning.graph.ChannelGroup;
import io.espalier.pruning.graph.ChannelMember;
import io.espalier.pruning.graph.ChannelRole;
import io.espalier.pruning.graph.DependencyGroups;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A tensor from which layers read the channels of a group.
 *
 * @param tensor its name
 * @param positions as {@link CovarianceTally} takes them
 * @param energy for each channel the sum of the squared weights on it, over all layers that read it here
 */
@SuppressWarnings("ArrayRecordComponent")
record ChannelReaders(String tensor, int[][] positions, double[] energy) {

    /** All tensors a group is read from, by name. */
    static Map<String, ChannelReaders> of(DependencyGroups groups, ChannelGroup group) {
        Map<String, ChannelReaders> readers = new LinkedHashMap<>();
        for (ChannelMember member : group.members()) {
            Node node = groups.graph().node(member.node());
            if (member.role() == ChannelRole.INPUT && readsAxis1(groups, node, member)) {
                rows(member.channels(), group.size()).ifPresent(positions -> {
                    double[] energy = new ChannelElements(
                                    group.size(), member, groups.graph().constant(member.tensor()))
                            .sums(squares(groups, member));
                    Arrays.setAll(energy, c -> Double.isNaN(energy[c]) ? 0 : energy[c]);
                    readers.merge(
                            node.input(),
                            new ChannelReaders(node.input(), positions, energy),
                            ChannelReaders::withEnergyOf);
                });
            }
        }
        return readers;
    }

    private static ChannelElements.Term squares(DependencyGroups groups, ChannelMember member) {
        Tensor weights = groups.graph().constant(member.tensor());
        return i -> (double) weights.at(i) * weights.at(i);
    }

    /** Whether the positions along the constant's axis are those along axis 1 of what the layer reads. */
    private static boolean readsAxis1(DependencyGroups groups, Node node, ChannelMember member) {
        return groups.shapes().of(node.input()).rank() >= 2
                && groups.shapes().of(node.input()).dim(1) == member.extent();
    }

    /** Empty where channels lie at unlike numbers of positions. */
    private static Optional<int[][]> rows(int[] channels, int size) {
        int[] counts = new int[size];
        for (int channel : channels) {
            if (channel >= 0) {
                counts[channel]++;
            }
        }
        int most = Arrays.stream(counts).max().orElse(0);
        if (most == 0 || Arrays.stream(counts).anyMatch(count -> count != 0 && count != most)) {
            return Optional.empty();
        }
        int[][] rows = new int[most][size];
        for (int[] row : rows) {
            Arrays.fill(row, -1);
        }
        int[] next = new int[size];
        for (int position = 0; position < channels.length; position++) {
            if (channels[position] >= 0) {
                rows[next[channels[position]]++][channels[position]] = position;
            }
        }
        return Optional.of(rows);
    }

    private ChannelReaders withEnergyOf(ChannelReaders other) {
        double[] sum = energy.clone();
        Arrays.setAll(sum, c -> sum[c] + other.energy[c]);
        return new ChannelReaders(tensor, positions, sum);
    }
}
