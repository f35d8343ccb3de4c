package io.espalier.agent.measure;

import java.util.Arrays;

/**
 * Percentiles of a sample with distribution-free confidence intervals.
 *
 * <p>The p-quantile is the order statistic of rank {@code ceil(p n)}. The number of observations below the true quantile is
 * binomial(n, p) whatever the distribution, so the order statistics of ranks {@code l} and {@code u} enclose it with a
 * probability of at least 95 % when {@code P(B < l) <= 2.5 %} and {@code P(B >= u) <= 2.5 %}; the largest such l and the
 * smallest such u are taken. Where the sample is too small for such a rank, the extreme observation stands in.
 *
 * <p><i>Cost:</i> O(n log n) once, O(n) a confidence interval. <i>Source:</i> Hahn and Meeker, Statistical Intervals, 5.2.
 */
public final class OrderStatistics {
    private static final double TAIL = 0.025;

    private final long[] sorted;

    public OrderStatistics(long[] observations) {
        if (observations.length == 0) {
            throw new IllegalArgumentException("No percentile of nothing: give at least one observation");
        }
        sorted = observations.clone();
        Arrays.sort(sorted);
    }

    /** An interval of observed values. */
    public record Interval(long lower, long upper) {}

    public int size() {
        return sorted.length;
    }

    public long quantile(double p) {
        return sorted[Math.max(1, (int) Math.ceil(p * sorted.length - 1e-9)) - 1];
    }

    /** Encloses the true quantile with a probability of at least 95 %. */
    public Interval interval(double p) {
        int n = sorted.length;
        int lowerRank = 1;
        int upperRank = n;
        double logOdds = Math.log(p) - Math.log1p(-p);
        double logMass = n * Math.log1p(-p);
        double cumulated = 0;
        for (int k = 0; k < n; k++) {
            cumulated += Math.exp(logMass);
            if (cumulated <= TAIL) {
                lowerRank = k + 1;
            }
            if (cumulated >= 1 - TAIL) {
                upperRank = k + 1;
                break;
            }
            logMass += Math.log(n - k) - Math.log(k + 1) + logOdds;
        }
        return new Interval(sorted[lowerRank - 1], sorted[upperRank - 1]);
    }

    /** Median absolute deviation over median: 0 for a perfectly steady clock. */
    public double noise() {
        long median = quantile(0.5);
        long[] deviations = new long[sorted.length];
        for (int i = 0; i < sorted.length; i++) {
            deviations[i] = Math.abs(sorted[i] - median);
        }
        return median == 0 ? 0 : (double) new OrderStatistics(deviations).quantile(0.5) / median;
    }
}
