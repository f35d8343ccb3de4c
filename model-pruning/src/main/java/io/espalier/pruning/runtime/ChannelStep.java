package io.espalier.pruning.runtime;

/**
 * How a runtime's fast convolution kernels round channel counts, as learned from timings.
 *
 * <p>Vectorised kernels work on blocks of channels: 17 channels cost as much as 24 when the block is 8. Counts that
 * miss the alignment fall off the fast path altogether, which costs more than the channels saved.
 *
 * @param alignment widths that are no multiple of it leave the fast path
 * @param block on the fast path a width costs as much as the next multiple of it
 */
public record ChannelStep(int alignment, int block) {
    /** No rounding: every channel counts. */
    public static final ChannelStep SMOOTH = new ChannelStep(1, 1);

    /** Of ONNX Runtime on processors with vectors of 8 or 16 floats. */
    public static final ChannelStep USUAL = new ChannelStep(4, 16);

    public ChannelStep {
        if (alignment < 1 || block < alignment || block % alignment != 0) {
            throw new IllegalArgumentException("alignment " + alignment + " must divide block " + block);
        }
    }

    /** Whether there are blocks at all; without, every convolution is a matrix product over unrolled windows. */
    public boolean isBlocked() {
        return block > 1;
    }

    public boolean isAligned(long width) {
        return width % alignment == 0;
    }

    /** The width whose cost {@code width} has. */
    public long padded(long width) {
        return (width + block - 1) / block * block;
    }
}
