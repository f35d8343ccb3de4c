package io.espalier.pruning.graph;

/** What a constant does to the channels of a group. */
public enum ChannelRole {
    /** Weights that make the channels: filters of a Conv, columns of a Gemm. */
    OUTPUT,
    /** The offset added by the layer that makes the channels. */
    BIAS,
    /** Per-channel constants on the way: batch normalisation, PRelu, Add or Mul with a constant. */
    SCALE,
    /** Weights that read the channels. */
    INPUT
}
