package io.espalier.pruning.runtime;

import java.util.List;
import java.util.Set;

/**
 * The kernel calls ONNX Runtime makes for a network when it blocks channels in a given step, and the buffers they work on.
 *
 * @param executions in the order in which they run
 * @param buffers by their numbers
 * @param inputs buffers from 0 up to here are the network's inputs
 * @param outputs buffers that outlive the run
 */
public record KernelPlan(List<Execution> executions, List<Buffer> buffers, int inputs, Set<Integer> outputs) {
    private static final long FLOAT_BYTES = 4;

    /**
     * A kernel call on its buffers.
     *
     * @param reads buffers, each once
     * @param writes a buffer; one that is also read where the bytes stay where they are
     * @param overwrites buffers that may take the result, if nothing reads them later
     * @param weightBytes constants it multiplies by, as the model has them
     * @param scratchBytes needed besides while it runs
     */
    public record Execution(
            KernelCall call,
            List<Integer> reads,
            int writes,
            List<Integer> overwrites,
            long weightBytes,
            long scratchBytes) {
        public Execution {
            reads = List.copyOf(reads);
            overwrites = List.copyOf(overwrites);
        }
    }

    /** The room for one tensor; only tensors of the same shape follow each other in one. */
    public record Buffer(long channels, long positions) {
        public long bytes() {
            return channels * positions * FLOAT_BYTES;
        }
    }

    public KernelPlan {
        executions = List.copyOf(executions);
        buffers = List.copyOf(buffers);
        outputs = Set.copyOf(outputs);
    }

    /** What the runtime makes of a network. */
    public static KernelPlan of(OperatorGraph graph, ChannelStep step) {
        return new Lowering(graph, step).plan();
    }

    public List<KernelCall> calls() {
        return executions.stream().map(Execution::call).toList();
    }
}
