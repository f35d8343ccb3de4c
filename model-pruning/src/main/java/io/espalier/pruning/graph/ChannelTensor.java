package io.espalier.pruning.graph;

/**
 * A computed tensor that carries channels of a group.
 *
 * @param tensor its name
 * @param axis the axis along which the channels lie
 * @param channels for each position along the axis, the channel of the group it belongs to; -1 for positions of another
 *     group
 */
public record ChannelTensor(String tensor, int axis, int[] channels) {
    public ChannelTensor {
        channels = channels.clone();
    }

    @Override
    public int[] channels() {
        return channels.clone();
    }
}
