package io.espalier.pruning.importance;

import io.espalier.pruning.graph.ChannelGroup;
import io.espalier.pruning.graph.ChannelMember;
import io.espalier.pruning.graph.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Combines what the members of a group say about a channel.
 *
 * <p>Members differ in scale (a 3x3 filter against one column of a dense layer), so each member's scores are divided by
 * their mean over the group's channels, and the group's score is the mean over its members: {@code s[c] = 1/M * sum_m
 * s_m[c] / mean_c(s_m)}. A member that is zero everywhere says nothing and is left out.
 *
 * <p>Source: Fang et al. 2023, "DepGraph: Towards Any Structural Pruning", section 3.3 (group-level importance).
 */
final class GroupScores {
    private final int size;
    private final List<double[]> members = new ArrayList<>();

    GroupScores(ChannelGroup group) {
        this.size = group.size();
    }

    void add(double[] perChannel) {
        members.add(perChannel);
    }

    double[] combined() {
        double[] combined = new double[size];
        int counted = 0;
        for (double[] member : members) {
            double sum = 0;
            for (double score : member) {
                sum += score;
            }
            if (sum > 0) {
                counted++;
                for (int c = 0; c < size; c++) {
                    combined[c] += member[c] * size / sum;
                }
            }
        }
        for (int c = 0; c < size && counted > 0; c++) {
            combined[c] /= counted;
        }
        return combined;
    }

    /** Sums a term of each element of a member's constant into the channel the element belongs to. */
    static double[] perChannel(ChannelGroup group, ChannelMember member, Tensor tensor, ElementTerm term) {
        double[] sums = new double[group.size()];
        int[] channels = member.channels();
        int inner =
                (int) tensor.shape().elements(member.axis() + 1, tensor.shape().rank());
        for (int i = 0; i < tensor.elements(); i++) {
            int channel = channels[i / inner % channels.length];
            if (channel >= 0) {
                sums[channel] += term.of(i);
            }
        }
        return sums;
    }

    /** What the element at a row-major index adds. */
    interface ElementTerm {
        double of(int index);
    }
}
