package io.espalier.pruning.runtime;

import java.util.List;

/**
 * One operator of a network as a runtime sees it before it chooses kernels: sizes and data flow, no weights.
 *
 * @param reads values it reads, by number; constants are not among them
 * @param inChannels of the first value read
 * @param outChannels of the value written
 * @param kernelArea product of the window's sides; 1 for what has none
 * @param inputPositions product of the spatial sides of the first value read
 * @param outputPositions product of the spatial sides of the value written
 * @param outputWidth innermost spatial side of the value written
 * @param groups of a convolution; equal to {@code inChannels} when depthwise
 * @param window strides and pads, where there is a window
 */
record Operator(
        Kind kind,
        List<Integer> reads,
        long inChannels,
        long outChannels,
        long kernelArea,
        long inputPositions,
        long outputPositions,
        long outputWidth,
        long groups,
        Sliding window) {

    /** What decides which kernels there are to choose from. */
    enum Kind {
        CONVOLUTION,
        MATRIX,
        POOL,
        /** A pool over all positions. */
        GLOBAL_POOL,
        /** Applied by the kernel before, where that is possible. */
        ACTIVATION,
        ADD,
        /** Joins channels. */
        CONCAT,
        /** Reads the same bytes differently. */
        VIEW,
        /** Anything else that touches every element. */
        ELEMENTWISE
    }

    /** How a window moves. */
    record Sliding(long stride, boolean padded) {
        static final Sliding NONE = new Sliding(1, false);
    }

    Operator {
        reads = List.copyOf(reads);
    }

    boolean isDepthwise() {
        return kind == Kind.CONVOLUTION && groups > 1 && groups == inChannels && groups == outChannels;
    }
}
