package io.espalier.pruning.quantisation;

/** How often a tensor takes which values: counts in bins of one width between known extremes, O(bins) memory. */
final class Histogram {
    static final int BINS = 2048;

    private final Range range;
    private final long[] counts = new long[BINS];
    private long total;

    Histogram(Range range) {
        this.range = range;
    }

    /** Values beyond the extremes count as the extremes. */
    void add(float value) {
        int bin = range.width() == 0 ? 0 : (int) ((value - range.low()) / range.width() * BINS);
        counts[Math.max(0, Math.min(BINS - 1, bin))]++;
        total++;
    }

    Range range() {
        return range;
    }

    long total() {
        return total;
    }

    long count(int bin) {
        return counts[bin];
    }

    /** The lower edge of a bin; that of bin {@code BINS} is the upper extreme. */
    float edge(int bin) {
        return bin == BINS ? range.high() : range.low() + range.width() * bin / BINS;
    }

    /** The middle of a bin. */
    float middle(int bin) {
        return range.low() + range.width() * (bin + 0.5f) / BINS;
    }
}
