package io.espalier.pruning.runtime;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The size of the one block that ONNX Runtime lays all buffers of later runs out in, once it has seen a run: each goes into
 * the tightest gap between those alive, or behind the last of them. Outputs and what kernels use for themselves are not in it.
 *
 * <p><i>Source:</i> ONNX Runtime, {@code mem_pattern_planner.h}.
 */
final class PatternBlock {
    private static final long GRANULE = 64;

    private final List<Placed> alive = new ArrayList<>();
    private long bytes;

    private record Placed(int buffer, long offset, long bytes) {
        long end() {
            return offset + bytes;
        }
    }

    static long bytes(List<BufferTrace.Event> events) {
        PatternBlock block = new PatternBlock();
        for (BufferTrace.Event event : events) {
            if (event.use() != BufferTrace.Use.BETWEEN_CALLS) {
                continue;
            }
            if (event.taken()) {
                block.take(event.buffer(), (event.bytes() + GRANULE - 1) / GRANULE * GRANULE);
            } else {
                block.alive.removeIf(placed -> placed.buffer == event.buffer());
            }
        }
        return block.bytes;
    }

    private void take(int buffer, long size) {
        long end = 0;
        long tightest = Long.MAX_VALUE;
        long offset = -1;
        for (Placed placed : alive) {
            long gap = placed.offset - end;
            if (gap >= size && gap - size < tightest) {
                tightest = gap - size;
                offset = end;
            }
            end = Math.max(end, placed.end());
        }
        if (bytes - end >= size && bytes - end - size < tightest) {
            offset = end;
        }
        offset = offset < 0 ? end : offset;
        bytes = Math.max(bytes, offset + size);
        alive.add(new Placed(buffer, offset, size));
        alive.sort(Comparator.comparingLong(Placed::offset));
    }
}
