package io.espalier.pruning.graph;

/**
 * Which channel lies at each position along one axis of a tensor. A tensor without a layout has only fixed channels.
 *
 * @param axis the axis that carries channels
 * @param atoms the channel at each position; repeated where a Flatten spread it
 */
record ChannelLayout(int axis, int[] atoms) {
    ChannelLayout onAxis(int other) {
        return new ChannelLayout(other, atoms);
    }

    int extent() {
        return atoms.length;
    }
}
