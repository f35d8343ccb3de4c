package io.espalier.pruning.quantisation;

/**
 * The values of a tensor that get integers of their own; what lies outside is rounded to the nearer end.
 *
 * @param low at most 0: zero must be exact, because padding is made of it
 * @param high at least 0
 */
public record Range(float low, float high) {
    public Range {
        if (!(low <= 0 && high >= 0 && Float.isFinite(high - low))) {
            throw new IllegalArgumentException(
                    "A range from " + low + " to " + high + " does not hold zero or is not finite");
        }
    }

    /** The smallest range that holds zero and both values. */
    public static Range of(float a, float b) {
        return new Range(Math.min(0, Math.min(a, b)), Math.max(0, Math.max(a, b)));
    }

    /** The smallest range that holds this one and the other. */
    public Range and(Range other) {
        return new Range(Math.min(low, other.low), Math.max(high, other.high));
    }

    float width() {
        return high - low;
    }
}
