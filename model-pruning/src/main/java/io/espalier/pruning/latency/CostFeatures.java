package io.espalier.pruning.latency;

import java.util.List;

/**
 * The quantities that latency is assumed to be a non-negative combination of.
 *
 * <p>Each kernel family has its own rate, so its work is a feature of its own. Work is counted in padded channels
 * (see {@link ChannelStep}); convolutions off the fast path count as a family apart. Scaled so that a coefficient is
 * microseconds per million operations or per kernel call.
 */
final class CostFeatures {
    /** Number of features. */
    static final int COUNT = 11;

    private static final int FLOOR = 0;
    private static final int CALLS = 1;
    private static final int FIRST = 2;
    private static final int SPATIAL = 3;
    private static final int POINTWISE = 4;
    private static final int DEPTHWISE = 5;
    private static final int MATRIX = 6;
    private static final int UNALIGNED = 7;
    private static final int MOVED = 8;
    private static final int POOLED = 9;
    private static final int UNBLOCKED = 10;

    private static final int SMALLEST_BLOCK = 4;
    private static final double MILLION = 1e6;

    private CostFeatures() {}

    /** Feature values of a network, {@code [COUNT]}. */
    static double[] of(List<FusedOperator> network, ChannelStep step) {
        double[] x = new double[COUNT];
        x[FLOOR] = 1;
        for (FusedOperator each : network) {
            add(x, each, step);
        }
        return x;
    }

    private static void add(double[] x, FusedOperator op, ChannelStep step) {
        x[CALLS]++;
        double out = step.padded(op.outChannels());
        double positions = op.outputPositions();
        switch (op.kind()) {
            case CONVOLUTION -> {
                // Fewer inputs than one block: kernels read them unblocked, and unpadded.
                boolean first = op.inChannels() < Math.max(SMALLEST_BLOCK, step.block());
                boolean aligned = step.isAligned(op.outChannels()) && (first || step.isAligned(op.inChannels()));
                if (!aligned) {
                    x[UNALIGNED] += op.macs() / MILLION;
                } else if (first) {
                    x[FIRST] += op.inChannels() * out * op.kernelArea() * positions / MILLION;
                } else {
                    double work = step.padded(op.inChannels()) / op.groups() * out * op.kernelArea() * positions;
                    x[op.kernelArea() == 1 ? POINTWISE : SPATIAL] += work / MILLION;
                }
                x[MOVED] += out * positions / MILLION;
            }
            case DEPTHWISE -> {
                x[step.isAligned(op.outChannels()) ? DEPTHWISE : UNALIGNED] +=
                        out * op.kernelArea() * positions / MILLION;
                x[MOVED] += out * positions / MILLION;
            }
            case MATRIX -> x[MATRIX] += op.macs() / MILLION;
            case POOL -> {
                // Pools cannot pad: a width that is no whole number of blocks is brought out of blocks and back.
                boolean blocked = op.outChannels() % step.block() == 0;
                x[blocked ? POOLED : UNBLOCKED] += op.outChannels() * op.kernelArea() * positions / MILLION;
            }
            case ELEMENTWISE -> x[MOVED] += out * positions / MILLION;
        }
    }
}
