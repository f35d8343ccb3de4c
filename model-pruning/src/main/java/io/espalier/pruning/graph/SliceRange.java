package io.espalier.pruning.graph;

/**
 * What a Slice takes of one axis: {@code count} positions from {@code start}, {@code step} apart.
 *
 * @param start the first position taken
 * @param step the distance between positions; negative when the axis is read backwards
 * @param count how many are taken
 */
public record SliceRange(int start, int step, int count) {

    /** Whether the whole axis passes unchanged. */
    public boolean isWhole(int extent) {
        return start == 0 && step == 1 && count == extent;
    }

    static SliceRange of(int start, int end, int step, int extent, Node node) {
        if (step == 0) {
            throw new InvalidModelException(node.label() + " has a step of 0.");
        }
        if (extent == 0) {
            return new SliceRange(0, step, 0);
        }
        long from = start < 0 ? (long) start + extent : start;
        long to = end < 0 ? (long) end + extent : end;
        long stride = step;
        if (step > 0) {
            from = clamp(from, 0, extent);
            to = clamp(to, 0, extent);
            return new SliceRange((int) from, step, (int) Math.max(0, (to - from + stride - 1) / stride));
        }
        from = clamp(from, 0, extent - 1);
        to = clamp(to, -1, extent - 1);
        return new SliceRange((int) from, step, (int) Math.max(0, (from - to - stride - 1) / -stride));
    }

    private static long clamp(long value, long low, long high) {
        return Math.max(low, Math.min(high, value));
    }
}
