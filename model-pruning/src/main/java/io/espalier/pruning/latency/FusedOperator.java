package io.espalier.pruning.latency;

/**
 * One kernel call of a network as the runtime executes it: activations and batch normalisations that follow a
 * convolution are part of it.
 *
 * @param kernelArea product of the kernel's sides; 1 for what has none
 * @param outputPositions product of the output's spatial sides
 * @param groups of a convolution; equal to {@code inChannels} when depthwise
 */
public record FusedOperator(
        Kind kind, long inChannels, long outChannels, long kernelArea, long outputPositions, long groups) {

    /** What decides which kernel runs. */
    public enum Kind {
        CONVOLUTION,
        DEPTHWISE,
        MATRIX,
        POOL,
        ELEMENTWISE
    }

    public static FusedOperator convolution(long in, long out, long kernelArea, long positions, long groups) {
        Kind kind = groups > 1 && groups == in ? Kind.DEPTHWISE : Kind.CONVOLUTION;
        return new FusedOperator(kind, in, out, kernelArea, positions, groups);
    }

    public static FusedOperator matrix(long in, long out) {
        return new FusedOperator(Kind.MATRIX, in, out, 1, 1, 1);
    }

    public static FusedOperator pool(long channels, long kernelArea, long positions) {
        return new FusedOperator(Kind.POOL, channels, channels, kernelArea, positions, 1);
    }

    public static FusedOperator elementwise(long channels, long positions) {
        return new FusedOperator(Kind.ELEMENTWISE, channels, channels, 1, positions, 1);
    }

    /** Multiply-accumulates; 0 where none are done. */
    public long macs() {
        return switch (kind) {
            case CONVOLUTION, DEPTHWISE, MATRIX -> inChannels / groups * outChannels * kernelArea * outputPositions;
            case POOL, ELEMENTWISE -> 0;
        };
    }
}
