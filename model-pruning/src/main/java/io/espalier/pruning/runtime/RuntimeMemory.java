package io.espalier.pruning.runtime;

import java.util.List;

/**
 * What a network adds to the resident memory of a process that has ONNX Runtime loaded: its allocations replayed one by one.
 *
 * <p>First it is {@linkplain Loading loaded}. The first run then takes buffer by buffer from the runtime's arena; later runs
 * take the one block that is laid out after it, and besides it only what a kernel needs for itself. Input and output are the
 * caller's.
 *
 * <p><i>Units:</i> bytes. <i>Errors:</i> 7 % at worst, 3 % in the mean of 24 networks with 8 MiB of activations or more, none of
 * which a benchmark judges by; the code pages and small objects that it leaves out are 0.1 to 0.5 MiB. Which of some buffers of
 * equal size is taken, and which of two values is reordered first, depends on addresses and so differs from process to process.
 *
 * @param loadedBytes once it is loaded
 * @param peakBytes at the worst moment, loading or running
 */
public record RuntimeMemory(long loadedBytes, long peakBytes) {

    /** Works out one network. */
    public static RuntimeMemory of(KernelPlan plan) {
        NativeHeap heap = new NativeHeap();
        Loading.load(heap, plan);
        long loaded = heap.bytes();
        run(heap, plan);
        return new RuntimeMemory(loaded, heap.peakBytes());
    }

    private static void run(NativeHeap heap, KernelPlan plan) {
        for (int input = 0; input < plan.inputs(); input++) {
            heap.take(plan.buffers().get(input).bytes());
        }
        List<BufferTrace.Event> firstRun = BufferTrace.of(plan);
        Arena arena = new Arena(heap);
        arena.replay(firstRun);
        for (int output : plan.outputs()) {
            arena.giveBack(output);
            heap.take(plan.buffers().get(output).bytes());
        }
        arena.take(plan.buffers().size(), PatternBlock.bytes(firstRun));
        arena.replay(firstRun.stream().filter(BufferTrace.Event::isScratch).toList());
    }
}
