package io.espalier.pruning.runtime;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where ONNX Runtime's arena has its buffers, and what of its memory it thereby touches.
 *
 * <p>The smallest free piece that fits is taken and split, neighbours are joined. Where nothing fits a region is added,
 * each at least twice as large as the one before; of a region only what was ever taken is in memory, and a list that says for
 * each granule which piece it is in. Nothing is given back. <i>Source:</i> ONNX Runtime, {@code bfc_arena.cc}, with its
 * default of growing in powers of two.
 */
final class Arena {
    private static final long GRANULE = 256;
    private static final long LIST_ENTRY_BYTES = 8;
    private static final long FIRST_REGION = 1 << 20;
    /** A larger remainder is always split off. */
    private static final long MOST_WASTE = 128L << 20;

    private final NativeHeap heap;
    private final List<Piece> pieces = new ArrayList<>();
    private final Map<Integer, Piece> taken = new HashMap<>();
    private long nextRegion = FIRST_REGION;

    private static final class Piece {
        private final NativeHeap.Block region;
        private final long offset;
        private long bytes;
        private boolean free = true;

        Piece(NativeHeap.Block region, long offset, long bytes) {
            this.region = region;
            this.offset = offset;
            this.bytes = bytes;
        }
    }

    Arena(NativeHeap heap) {
        this.heap = heap;
    }

    /** Takes and gives back in turn. */
    void replay(List<BufferTrace.Event> events) {
        for (BufferTrace.Event event : events) {
            if (event.taken()) {
                take(event.buffer(), event.bytes());
            } else {
                giveBack(event.buffer());
            }
        }
    }

    void take(int buffer, long bytes) {
        long wanted = (bytes + GRANULE - 1) / GRANULE * GRANULE;
        Piece best = null;
        for (Piece piece : pieces) {
            if (piece.free && piece.bytes >= wanted && (best == null || piece.bytes < best.bytes)) {
                best = piece;
            }
        }
        best = best == null ? grow(wanted) : best;
        if (best.bytes >= 2 * wanted || best.bytes - wanted >= MOST_WASTE) {
            Piece rest = new Piece(best.region, best.offset + wanted, best.bytes - wanted);
            best.bytes = wanted;
            pieces.add(pieces.indexOf(best) + 1, rest);
        }
        best.free = false;
        taken.put(buffer, best);
        heap.touch(best.region, best.offset + wanted);
    }

    private Piece grow(long wanted) {
        boolean doubled = false;
        while (nextRegion < wanted) {
            nextRegion *= 2;
            doubled = true;
        }
        Piece region = new Piece(heap.reserve(nextRegion), 0, nextRegion);
        heap.take(nextRegion / GRANULE * LIST_ENTRY_BYTES);
        nextRegion = doubled ? nextRegion : 2 * nextRegion;
        pieces.add(region);
        return region;
    }

    void giveBack(int buffer) {
        Piece piece = taken.remove(buffer);
        if (piece == null) {
            throw new IllegalStateException("Buffer " + buffer + " was never taken");
        }
        piece.free = true;
        int at = pieces.indexOf(piece);
        join(at, at + 1);
        join(at - 1, at);
    }

    private void join(int left, int right) {
        if (left < 0 || right >= pieces.size()) {
            return;
        }
        Piece a = pieces.get(left);
        Piece b = pieces.get(right);
        if (a.free && b.free && a.region == b.region) {
            a.bytes += b.bytes;
            pieces.remove(right);
        }
    }
}
