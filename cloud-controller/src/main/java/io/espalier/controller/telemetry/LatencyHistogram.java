package io.espalier.controller.telemetry;

import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/**
 * Latencies of single inferences, mergeable without loss.
 *
 * <p><i>Units</i>: nanoseconds inside, microseconds in every answer.
 */
public final class LatencyHistogram {
    static final long LARGEST_NANOS = 600_000_000_000L;
    private static final int DIGITS = 3;
    private static final int MOST_ENCODED_BYTES = 256 * 1024;
    private static final double NORMAL_975 = 1.959964;

    private final Histogram counts;

    private LatencyHistogram(Histogram counts) {
        this.counts = counts;
    }

    public static LatencyHistogram empty() {
        Histogram counts = new Histogram(1, LARGEST_NANOS, DIGITS);
        counts.setAutoResize(false);
        return new LatencyHistogram(counts);
    }

    /**
     * Reads an HdrHistogram V2, compressed.
     *
     * @throws MalformedTelemetryException where the bytes are not one, or it is larger than any honest one
     */
    public static LatencyHistogram decode(byte[] encoded) {
        if (encoded.length > MOST_ENCODED_BYTES) {
            throw new MalformedTelemetryException(
                    "a histogram of " + encoded.length + " bytes; at most " + MOST_ENCODED_BYTES + " are read");
        }
        CompressedHeader.check(encoded);
        try {
            Histogram theirs = Histogram.decodeFromCompressedByteBuffer(ByteBuffer.wrap(encoded), 0);
            LatencyHistogram ours = empty();
            theirs.recordedValues().forEach(value -> {
                requireCountable(ours.count(), value.getCountAtValueIteratedTo());
                ours.counts.recordValueWithCount(
                        Math.min(LARGEST_NANOS, Math.max(0, value.getValueIteratedTo())),
                        value.getCountAtValueIteratedTo());
            });
            // A sum that overflowed ends the iteration early.
            if (ours.count() != theirs.getTotalCount() || (ours.count() == 0 && theirs.getMaxValue() > 0)) {
                throw uncountable("their sum is " + theirs.getTotalCount());
            }
            return ours;
        } catch (MalformedTelemetryException e) {
            throw e;
        } catch (DataFormatException | RuntimeException e) {
            throw new MalformedTelemetryException("a histogram that cannot be read: " + e);
        }
    }

    public byte[] encode() {
        ByteBuffer buffer = ByteBuffer.allocate(counts.getNeededByteBufferCapacity());
        int length = counts.encodeIntoCompressedByteBuffer(buffer);
        byte[] encoded = new byte[length];
        buffer.flip();
        buffer.get(encoded);
        return encoded;
    }

    /** Throws {@link MalformedTelemetryException} where that is more than can be counted. */
    public void add(LatencyHistogram other) {
        requireCountable(count(), other.count());
        counts.add(other.counts);
    }

    private static void requireCountable(long before, long more) {
        if (more < 0 || before > Long.MAX_VALUE - more) {
            throw uncountable(Long.toUnsignedString(more) + " latencies beside " + before);
        }
    }

    private static MalformedTelemetryException uncountable(String why) {
        return new MalformedTelemetryException("a count that cannot be right: " + why);
    }

    public void recordMicros(double micros) {
        counts.recordValue(Math.min(LARGEST_NANOS, Math.max(0, Math.round(micros * 1000))));
    }

    public long count() {
        return counts.getTotalCount();
    }

    /** Percentiles of what was counted; all zero where nothing was. */
    public Percentiles percentiles() {
        long n = counts.getTotalCount();
        if (n == 0) {
            return new Percentiles(0, 0, 0, 0);
        }
        /*
         * Order statistics: the number of samples under the true quantile q is binomial(n, q), so with its normal
         * approximation the samples of rank n q -+ 1.96 sqrt(n q (1 - q)) enclose the quantile in 95 % of cases.
         * No assumption on the distribution of latencies is made. Conover, Practical Nonparametric Statistics, 3.2.
         */
        double q = 0.95;
        double reach = NORMAL_975 * Math.sqrt(n * q * (1 - q));
        return new Percentiles(
                atRank(n, 0.5 * n),
                atRank(n, q * n),
                lowestAtRank(n, Math.floor(q * n - reach)),
                atRank(n, Math.ceil(q * n + reach) + 1));
    }

    private double atRank(long n, double rank) {
        return nanosAtRank(n, rank) / 1000.0;
    }

    /** The bottom of the value's bucket, where others have its top: what is surely not exceeded by less. */
    private double lowestAtRank(long n, double rank) {
        return counts.lowestEquivalentValue(nanosAtRank(n, rank)) / 1000.0;
    }

    private long nanosAtRank(long n, double rank) {
        double bounded = Math.min(n, Math.max(1, Math.ceil(rank)));
        return counts.getValueAtPercentile(100.0 * bounded / n);
    }

    /**
     * What is asked of latencies most often, in microseconds.
     *
     * @param p95LowerMicros lower end of the 95 % confidence interval of the 95th percentile
     * @param p95UpperMicros upper end of it
     */
    public record Percentiles(double p50Micros, double p95Micros, double p95LowerMicros, double p95UpperMicros) {}
}
