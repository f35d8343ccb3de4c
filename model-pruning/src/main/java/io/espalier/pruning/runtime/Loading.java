package io.espalier.pruning.runtime;

import java.util.ArrayList;
import java.util.List;

/**
 * What ONNX Runtime allocates for weights while it loads a model from a file, in that order.
 *
 * <p>The file is read as a whole, each weight parsed into a string; then each is copied into a tensor. Those of a blocked
 * convolution are turned round one after the other: copied, put in the new order, written out twice, and made a tensor again,
 * for which each is there six times. Those of a matrix product are packed.
 *
 * <p><i>Source:</i> the calls of {@code malloc} that ONNX Runtime 1.29 makes, listed.
 */
final class Loading {
    private static final long FLOAT_BYTES = 4;
    private static final long MATRIX_BLOCK = 16;
    /** A tensor begins at a multiple of 64. */
    private static final long ALIGNMENT_BYTES = 96;
    /** Keeps what is left of a tensor from being joined with what is next to it. */
    private static final long OBJECT_BYTES = 96;

    private final NativeHeap heap;
    private final List<KernelPlan.Execution> weighted;

    private Loading(NativeHeap heap, KernelPlan plan) {
        this.heap = heap;
        this.weighted = plan.executions().stream()
                .filter(execution -> execution.weightBytes() > 0)
                .toList();
    }

    /** Leaves in the heap what stays. */
    static void load(NativeHeap heap, KernelPlan plan) {
        new Loading(heap, plan).run();
    }

    private void run() {
        List<NativeHeap.Block> parsed = parse();
        List<NativeHeap.Block> read = new ArrayList<>();
        for (int i = 0; i < parsed.size(); i++) {
            read.add(tensor(weighted.get(i).weightBytes()));
            heap.giveBack(parsed.get(i));
        }
        weighted.stream().filter(Loading::isBlocked).forEach(this::turnRound);
        for (int i = 0; i < read.size(); i++) {
            if (isBlocked(weighted.get(i))) {
                heap.giveBack(read.get(i));
            }
        }
        for (int i = 0; i < read.size(); i++) {
            if (weighted.get(i).call().kind() == KernelCall.Kind.MATRIX) {
                pack(weighted.get(i));
                heap.giveBack(read.get(i));
            }
        }
    }

    private List<NativeHeap.Block> parse() {
        NativeHeap.Block file = heap.take(
                weighted.stream().mapToLong(KernelPlan.Execution::weightBytes).sum());
        List<NativeHeap.Block> parsed =
                weighted.stream().map(each -> string(each.weightBytes())).toList();
        heap.giveBack(file);
        return parsed;
    }

    private void turnRound(KernelPlan.Execution execution) {
        long bytes = execution.call().weights() * FLOAT_BYTES;
        NativeHeap.Block copy = tensor(execution.weightBytes());
        NativeHeap.Block turned = heap.take(bytes);
        NativeHeap.Block written = string(bytes);
        NativeHeap.Block writtenAgain = string(bytes);
        heap.giveBack(written);
        tensor(bytes);
        heap.giveBack(writtenAgain);
        heap.giveBack(turned);
        heap.giveBack(copy);
    }

    /** Into whole blocks of columns. */
    private void pack(KernelPlan.Execution execution) {
        long columns = execution.call().outChannels();
        long padded = (columns + MATRIX_BLOCK - 1) / MATRIX_BLOCK * MATRIX_BLOCK;
        tensor(execution.weightBytes() / columns * padded);
    }

    private NativeHeap.Block string(long bytes) {
        return heap.take(bytes + 1);
    }

    private NativeHeap.Block tensor(long bytes) {
        NativeHeap.Block tensor = heap.take(bytes + ALIGNMENT_BYTES);
        heap.take(OBJECT_BYTES);
        return tensor;
    }

    private static boolean isBlocked(KernelPlan.Execution execution) {
        return execution.call().kind().isBlockedConvolution();
    }
}
