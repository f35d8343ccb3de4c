package io.espalier.pruning.importance;

import io.espalier.pruning.graph.ChannelMember;
import io.espalier.pruning.graph.Tensor;
import java.util.Arrays;

/**
 * The elements of a constant, each by the channel of a group it belongs to.
 *
 * <p>A channel may own several positions of an axis (a Flatten in front of a dense layer) or none (a Slice passed it by);
 * of one without elements every number here is NaN.
 */
final class ChannelElements {
    private final Tensor tensor;
    private final int[] channels;
    private final int inner;
    private final int[] counts;

    /**
     * Sorts the elements.
     *
     * @param size how many channels the member's group has
     */
    ChannelElements(int size, ChannelMember member, Tensor tensor) {
        this.tensor = tensor;
        this.channels = member.channels();
        this.inner =
                (int) tensor.shape().elements(member.axis() + 1, tensor.shape().rank());
        this.counts = new int[size];
        for (int i = 0; i < tensor.elements(); i++) {
            if (channel(i) >= 0) {
                counts[channel(i)]++;
            }
        }
    }

    /** Sums a term of each element, by channel. */
    double[] sums(Term term) {
        double[] sums = new double[counts.length];
        for (int i = 0; i < tensor.elements(); i++) {
            if (channel(i) >= 0) {
                sums[channel(i)] += term.of(i);
            }
        }
        Arrays.setAll(sums, c -> counts[c] == 0 ? Double.NaN : sums[c]);
        return sums;
    }

    /** Averages a term of each element, by channel. */
    double[] means(Term term) {
        double[] means = sums(term);
        Arrays.setAll(means, c -> means[c] / counts[c]);
        return means;
    }

    /** Each channel's elements in the order of the constant; empty for a channel without. */
    float[][] vectors() {
        float[][] vectors = new float[counts.length][];
        Arrays.setAll(vectors, c -> new float[counts[c]]);
        int[] next = new int[counts.length];
        for (int i = 0; i < tensor.elements(); i++) {
            int channel = channel(i);
            if (channel >= 0) {
                vectors[channel][next[channel]++] = tensor.at(i);
            }
        }
        return vectors;
    }

    /** The element at a row-major index. */
    float at(int index) {
        return tensor.at(index);
    }

    private int channel(int index) {
        return channels[index / inner % channels.length];
    }

    /** What the element at a row-major index adds. */
    interface Term {
        double of(int index);
    }
}
