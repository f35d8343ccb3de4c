package io.espalier.pruning.importance;

/** How large a weight's magnitude must be to count. */
public sealed interface WeightThreshold {
    /** The same magnitude everywhere. */
    record Given(double theta) implements WeightThreshold {
        public Given {
            if (!(theta >= 0) || Double.isInfinite(theta)) {
                throw new IllegalArgumentException("theta is " + theta + ": a magnitude is a number from 0 up");
            }
        }
    }

    /** The magnitude that this percentage of all weights of all layers together does not exceed. */
    record OfNetwork(double percent) implements WeightThreshold {
        public OfNetwork {
            requirePercent(percent);
        }
    }

    /** For each layer, the magnitude that this percentage of its own weights does not exceed. */
    record OfLayer(double percent) implements WeightThreshold {
        public OfLayer {
            requirePercent(percent);
        }
    }

    private static void requirePercent(double percent) {
        if (!(percent > 0 && percent < 100)) {
            throw new IllegalArgumentException("The percentile is " + percent + ": it must be above 0 and below 100");
        }
    }
}
