package io.espalier.pruning.importance;

import io.espalier.pruning.graph.ChannelTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;

/**
 * Combines what the members of a group say about its channels; NaN where a member says nothing about one.
 *
 * <p>Members differ in scale (a 3x3 filter against one column of a dense layer), so each member's numbers are divided by
 * their mean over the channels it speaks of, and a channel's score is the mean over the members that speak of it:
 * {@code s[c] = mean_m(s_m[c] / mean_c(s_m))}. A member that is zero everywhere says nothing and is left out; where all
 * are, scores are 0. A channel that no other member speaks of scores the average, 1.
 *
 * <p>Source: Fang et al. 2023, "DepGraph: Towards Any Structural Pruning", section 3.3 (group-level importance).
 */
final class GroupScores {
    private final int size;
    private final List<double[]> members = new ArrayList<>();

    GroupScores(int size) {
        this.size = size;
    }

    void add(double[] perChannel) {
        members.add(perChannel);
    }

    /** Adds what is said of each position of a tensor; their mean where a channel lies at several. */
    void add(ChannelTensor carrier, double[] perPosition) {
        int[] channels = carrier.channels();
        if (channels.length != perPosition.length) {
            throw new IllegalArgumentException("Tensor '" + carrier.tensor() + "' has " + channels.length
                    + " channels, but there are numbers for " + perPosition.length + ": they are of another network.");
        }
        double[] sums = new double[size];
        int[] counts = new int[size];
        for (int position = 0; position < channels.length; position++) {
            if (channels[position] >= 0) {
                sums[channels[position]] += perPosition[position];
                counts[channels[position]]++;
            }
        }
        // 0 / 0 is NaN: nothing is said of a channel that lies nowhere.
        Arrays.setAll(sums, c -> sums[c] / counts[c]);
        add(sums);
    }

    /** Whether no member says anything. */
    boolean isEmpty() {
        return members.isEmpty();
    }

    double[] combined() {
        double[] sums = new double[size];
        int[] speakers = new int[size];
        for (double[] member : members) {
            double mean = Arrays.stream(member)
                    .filter(score -> !Double.isNaN(score))
                    .average()
                    .orElse(0);
            for (int c = 0; c < size && mean > 0; c++) {
                if (!Double.isNaN(member[c])) {
                    sums[c] += member[c] / mean;
                    speakers[c]++;
                }
            }
        }
        boolean anySpeaker = Arrays.stream(speakers).anyMatch(count -> count > 0);
        Arrays.setAll(sums, c -> speakers[c] > 0 ? sums[c] / speakers[c] : anySpeaker ? 1 : 0);
        return sums;
    }

    /** The largest number said of each channel, as it was said. */
    double[] largest() {
        return extreme(Math::max);
    }

    /** The smallest number said of each channel, as it was said. */
    double[] smallest() {
        return extreme(Math::min);
    }

    private double[] extreme(DoubleBinaryOperator choose) {
        double[] extreme = new double[size];
        Arrays.fill(extreme, Double.NaN);
        for (double[] member : members) {
            for (int c = 0; c < size; c++) {
                if (Double.isNaN(extreme[c])) {
                    extreme[c] = member[c];
                } else if (!Double.isNaN(member[c])) {
                    extreme[c] = choose.applyAsDouble(extreme[c], member[c]);
                }
            }
        }
        return extreme;
    }
}
