package io.espalier.pruning.runtime;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How much memory native allocations have touched, now and at the worst moment.
 *
 * <p>What is large is mapped by itself and leaves memory when it is given back; the largest block so returned sets what is
 * large from then on. All else comes out of one heap: the smallest hole that fits, or its end. Holes stay in memory, and so
 * does a free end that is less than twice as large as what is large.
 *
 * <p><i>Source:</i> GNU C library, {@code malloc.c}, and {@code mallopt(3)} on its dynamic mapping threshold.
 */
final class NativeHeap {
    private static final long FIRST_LARGE = 128 << 10;
    private static final long MOST_LARGE = 32 << 20;
    private static final long PAGE = 4096;
    private static final long HEADER = 16;

    private final List<Block> holes = new ArrayList<>();
    private @Nullable Block last;
    private long large = FIRST_LARGE;
    private long mapped;
    private long heapEnd;
    private long heapTouched;
    private long peak;

    /** What was taken; in the heap it knows its neighbours. */
    static final class Block {
        private final boolean isMapped;
        private final long start;
        private long bytes;
        private long touched;
        private boolean isTaken = true;
        private @Nullable Block before;
        private @Nullable Block after;

        private Block(boolean isMapped, long start, long bytes) {
            this.isMapped = isMapped;
            this.start = start;
            this.bytes = bytes;
        }
    }

    /** Takes memory and writes all of it. */
    Block take(long bytes) {
        Block block = reserve(bytes);
        touch(block, bytes);
        return block;
    }

    /** Takes memory and writes none of it. */
    Block reserve(long bytes) {
        long size = bytes + HEADER;
        return size < large ? inHeap(rounded(size, HEADER)) : new Block(true, 0, rounded(size, PAGE));
    }

    /** Writes the first bytes of what was taken. */
    void touch(Block block, long bytes) {
        if (!block.isMapped) {
            heapTouched = Math.max(heapTouched, block.start + bytes);
        } else if (bytes > block.touched) {
            mapped += bytes - block.touched;
            block.touched = bytes;
        }
        peak = Math.max(peak, bytes());
    }

    void giveBack(Block block) {
        if (!block.isTaken) {
            throw new IllegalStateException("A block of " + block.bytes + " bytes was given back twice");
        }
        block.isTaken = false;
        if (block.isMapped) {
            mapped -= block.touched;
            large = block.bytes <= MOST_LARGE ? Math.max(large, block.bytes) : large;
            return;
        }
        Block hole = joined(joined(block, block.after), block.before);
        if (hole != last) {
            holes.add(hole);
            return;
        }
        heapEnd = hole.start;
        last = hole.before;
        if (last != null) {
            last.after = null;
        }
        if (heapTouched - heapEnd >= 2 * large) {
            heapTouched = heapEnd;
        }
    }

    /** In memory now. */
    long bytes() {
        return mapped + heapTouched;
    }

    /** In memory at the worst moment. */
    long peakBytes() {
        return peak;
    }

    private Block inHeap(long bytes) {
        Block best = null;
        for (Block hole : holes) {
            if (hole.bytes >= bytes && (best == null || hole.bytes < best.bytes)) {
                best = hole;
            }
        }
        if (best == null) {
            Block end = new Block(false, heapEnd, bytes);
            heapEnd += bytes;
            insert(end, last, null);
            return end;
        }
        holes.remove(best);
        best.isTaken = true;
        if (best.bytes > bytes) {
            Block rest = new Block(false, best.start + bytes, best.bytes - bytes);
            rest.isTaken = false;
            best.bytes = bytes;
            insert(rest, best, best.after);
            holes.add(rest);
        }
        return best;
    }

    private void insert(Block block, @Nullable Block before, @Nullable Block after) {
        block.before = before;
        block.after = after;
        if (before != null) {
            before.after = block;
        }
        if (after == null) {
            last = block;
        } else {
            after.before = block;
        }
    }

    /** Makes a hole of two out of a hole and a neighbour, if that is a hole too. */
    private Block joined(Block hole, @Nullable Block neighbour) {
        if (neighbour == null || neighbour.isTaken) {
            return hole;
        }
        Block left = hole.start < neighbour.start ? hole : neighbour;
        Block right = left == hole ? neighbour : hole;
        holes.remove(neighbour);
        left.bytes += right.bytes;
        left.after = right.after;
        if (right.after == null) {
            last = left;
        } else {
            right.after.before = left;
        }
        return left;
    }

    private static long rounded(long bytes, long granule) {
        return (bytes + granule - 1) / granule * granule;
    }
}
