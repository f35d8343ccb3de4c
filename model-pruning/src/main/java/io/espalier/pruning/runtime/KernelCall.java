package io.espalier.pruning.runtime;

/**
 * One kernel call: what is computed, in the channel counts the kernel works with (padded where the layout pads).
 *
 * @param inChannels read per output channel; 1 where each channel is its own
 * @param outChannels written
 * @param area taps of the window
 * @param inPositions spatial positions read
 * @param outPositions spatial positions written
 * @param outWidth innermost spatial side written
 * @param stride of the window
 * @param padded whether the window reaches over the edge
 * @param adds whether another tensor is added on the way
 */
public record KernelCall(
        Kind kind,
        long inChannels,
        long outChannels,
        long area,
        long inPositions,
        long outPositions,
        long outWidth,
        long stride,
        boolean padded,
        boolean adds) {

    /** Which code runs. Blocked kernels hold a block of channels in one register. */
    public enum Kind {
        /** Blocked convolution of an unblocked input with few channels. */
        FIRST,
        /** The same without a window. */
        FIRST_POINTWISE,
        SPATIAL,
        POINTWISE,
        DEPTHWISE,
        /** Convolution by unrolling the windows and one matrix product. */
        PLAIN_SPATIAL,
        PLAIN_POINTWISE,
        PLAIN_DEPTHWISE,
        MATRIX,
        POOL,
        PLAIN_POOL,
        /** Into blocks. */
        REORDER_IN,
        /** Out of blocks. */
        REORDER_OUT,
        ELEMENTWISE,
        /** The same bytes under another shape. */
        VIEW;

        boolean isBlockedConvolution() {
            return this == FIRST
                    || this == FIRST_POINTWISE
                    || this == SPATIAL
                    || this == POINTWISE
                    || this == DEPTHWISE;
        }

        private boolean isPlainConvolution() {
            return this == PLAIN_SPATIAL || this == PLAIN_POINTWISE || this == PLAIN_DEPTHWISE;
        }
    }

    /** Weights it reads, biases aside. */
    long weights() {
        boolean hasWeights = kind == Kind.MATRIX || kind.isBlockedConvolution() || kind.isPlainConvolution();
        return hasWeights ? inChannels * outChannels * area : 0;
    }

    /** Multiply-accumulates done, padding included; for a pool, values compared or added. */
    public long work() {
        return switch (kind) {
            case VIEW -> 0;
            case MATRIX -> inChannels * outChannels * inPositions;
            case POOL, PLAIN_POOL -> outChannels * area * outPositions;
            case REORDER_IN, REORDER_OUT, ELEMENTWISE -> outChannels * outPositions;
            default -> inChannels * outChannels * area * outPositions;
        };
    }

    /** Values written. */
    public long written() {
        return outChannels * outPositions;
    }
}
