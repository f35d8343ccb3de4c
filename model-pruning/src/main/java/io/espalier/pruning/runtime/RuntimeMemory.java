package io.espalier.pruning.runtime;

import java.util.List;

/**
 * What a network adds to the resident memory of a process that has ONNX Runtime loaded, at its worst moment.
 *
 * <p>While loading, weights are there several times: as read, as parsed, and in the order the kernels want; the largest is
 * the most expensive since it is turned round while all others are there. Much of that stays with the process. Running
 * then takes the input, what the arena grew to in the first run, and the block that later runs are laid out in.
 *
 * <p><i>Units:</i> bytes. <i>Errors:</i> 11 % in the mean and 38 % at worst over 16 networks with 8 MiB of activations or
 * more; below, code pages and the heap of the process weigh as much as the network. The factors of the weights are measured, with ONNX Runtime 1.29 and glibc.
 *
 * @param weightBytes as the kernels read them
 * @param runBytes input, arena and block
 * @param peakBytes at the worst moment, loading or running
 */
public record RuntimeMemory(long weightBytes, long runBytes, long peakBytes) {
    private static final long FLOAT_BYTES = 4;
    private static final double BLOCKED_LOADING = 4.7;
    private static final double BLOCKED_LARGEST_LOADING = 3;
    private static final double BLOCKED_KEPT = 3.8;
    private static final double BLOCKED_LARGEST_KEPT = 2.7;
    private static final double OTHER_LOADING = 3.6;
    private static final double OTHER_KEPT = 2.6;

    /** Works out one network. */
    public static RuntimeMemory of(KernelPlan plan) {
        double blocked = 0;
        double largest = 0;
        double other = 0;
        for (KernelCall call : plan.calls()) {
            double bytes = call.weights() * FLOAT_BYTES;
            if (call.kind().isBlockedConvolution()) {
                blocked += bytes;
                largest = Math.max(largest, bytes);
            } else {
                other += bytes;
            }
        }
        List<BufferTrace.Event> events = BufferTrace.of(plan);
        long inputs = plan.bufferBytes().subList(0, plan.inputs()).stream()
                .mapToLong(Long::longValue)
                .sum();
        long run = inputs + Arena.touchedBytes(events) + PatternBlock.bytes(events);
        double loading = BLOCKED_LOADING * blocked + BLOCKED_LARGEST_LOADING * largest + OTHER_LOADING * other;
        double kept = BLOCKED_KEPT * blocked + BLOCKED_LARGEST_KEPT * largest + OTHER_KEPT * other;
        return new RuntimeMemory((long) (blocked + other), run, (long) Math.max(loading, kept + run));
    }
}
