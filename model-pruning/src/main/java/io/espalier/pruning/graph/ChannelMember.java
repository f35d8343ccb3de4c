package io.espalier.pruning.graph;

/**
 * One axis of one constant that shrinks with a group.
 *
 * @param node the node that reads the constant
 * @param tensor the constant
 * @param axis its axis
 * @param role what the constant does to the channels
 * @param channels for each position along the axis, the channel of the group it belongs to; -1 for positions of
 *     another group. A Flatten in front of a Gemm gives each channel a block of positions, a Concat an offset
 */
public record ChannelMember(String node, String tensor, int axis, ChannelRole role, int[] channels) {
    public ChannelMember {
        channels = channels.clone();
    }

    @Override
    public int[] channels() {
        return channels.clone();
    }

    /** The channel of a position; -1 for another group's. */
    public int channelAt(int position) {
        return channels[position];
    }

    /** The extent of the axis. */
    public int extent() {
        return channels.length;
    }
}
