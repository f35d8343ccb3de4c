package io.espalier.pruning.quantisation;

/**
 * Where to cut off a tensor's rare large values so that the frequent small ones get finer integers.
 *
 * <p>None is best for every network, so {@link QuantisedVariant} tries all of them and keeps what the network does best
 * with.
 *
 * <p>Source: Wu et al. 2020, "Integer Quantization for Deep Learning Inference: Principles and Empirical Evaluation",
 * section 3.3 (max and percentile); Nagel et al. 2021, "A White Paper on Neural Network Quantization", section 3.1 (mean
 * squared error).
 */
public enum Clipping {
    /** Nothing is cut off. */
    MIN_MAX {
        @Override
        Range range(Histogram histogram) {
            return histogram.range();
        }
    },
    /** One value in ten thousand is cut off at either end. */
    PERCENTILE {
        @Override
        Range range(Histogram histogram) {
            long allowed = (long) (histogram.total() * TAIL);
            int from = 0;
            for (long cut = histogram.count(from); cut <= allowed && from < Histogram.BINS - 1; ) {
                cut += histogram.count(++from);
            }
            int to = Histogram.BINS - 1;
            for (long cut = histogram.count(to); cut <= allowed && to > 0; ) {
                cut += histogram.count(--to);
            }
            return Range.of(histogram.edge(from), histogram.edge(to + 1));
        }
    },
    /** Both ends are drawn in by the fraction that makes rounding and cutting off together err least. */
    LEAST_SQUARES {
        @Override
        Range range(Histogram histogram) {
            Range best = histogram.range();
            double least = Double.POSITIVE_INFINITY;
            for (int step = STEPS; step >= STEPS / 5; step--) {
                float fraction = (float) step / STEPS;
                Range candidate = new Range(
                        histogram.range().low() * fraction, histogram.range().high() * fraction);
                double error = squaredError(histogram, candidate);
                if (error < least) {
                    least = error;
                    best = candidate;
                }
            }
            return best;
        }
    };

    private static final double TAIL = 1e-4;
    private static final int STEPS = 100;

    /** The range to quantise a tensor with this distribution in. */
    abstract Range range(Histogram histogram);

    /** What is inside errs by a twelfth of the squared step on average, what is outside by its distance. */
    private static double squaredError(Histogram histogram, Range range) {
        double step = range.width() / ActivationScale.LEVELS;
        double rounding = step * step / 12;
        double sum = 0;
        for (int bin = 0; bin < Histogram.BINS; bin++) {
            long count = histogram.count(bin);
            if (count > 0) {
                double value = histogram.middle(bin);
                double outside = Math.max(0, Math.max(range.low() - value, value - range.high()));
                sum += count * (outside > 0 ? outside * outside : rounding);
            }
        }
        return sum;
    }
}
