package io.espalier.controller.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.controller.telemetry.LatencyHistogram.Percentiles;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class LatencyHistogramTest {

    @Test
    void survivesEncoding() {
        LatencyHistogram read = LatencyHistogram.decode(uniform(1000, 100, 200).encode());

        assertThat(read.count()).isEqualTo(1000);
        assertThat(read.percentiles()).isEqualTo(uniform(1000, 100, 200).percentiles());
    }

    @Test
    void mergingIsTheSameAsCountingTogether() {
        LatencyHistogram merged = uniform(500, 100, 200);
        merged.add(uniform(500, 300, 400));

        assertThat(merged.count()).isEqualTo(1000);
        assertThat(merged.percentiles().p50Micros()).isCloseTo(200, within(1.0));
        assertThat(merged.percentiles().p95Micros()).isCloseTo(390, within(1.0));
    }

    @Test
    void readsHistogramsOfOtherPrecision() {
        Histogram theirs = new Histogram(1_000, 3_600_000_000_000L, 2);
        theirs.recordValueWithCount(1_000_000, 10);
        ByteBuffer buffer = ByteBuffer.allocate(theirs.getNeededByteBufferCapacity());
        byte[] encoded = new byte[theirs.encodeIntoCompressedByteBuffer(buffer)];
        buffer.flip();
        buffer.get(encoded);

        assertThat(LatencyHistogram.decode(encoded).percentiles().p50Micros()).isCloseTo(1000, within(10.0));
    }

    @Test
    void enclosesTheTrueQuantileInAboutNineteenOfTwentyCases() {
        Random random = new Random(7);
        int enclosed = 0;
        for (int run = 0; run < 400; run++) {
            LatencyHistogram histogram = LatencyHistogram.empty();
            for (int i = 0; i < 500; i++) {
                histogram.recordMicros(1000 + 1000 * random.nextDouble());
            }
            Percentiles found = histogram.percentiles();
            if (found.p95LowerMicros() <= 1950 && 1950 <= found.p95UpperMicros()) {
                enclosed++;
            }
        }
        assertThat(enclosed / 400.0).isBetween(0.92, 0.99);
    }

    @Test
    void aLatencyOfExactlyTheBudgetIsNotOverIt() {
        LatencyHistogram histogram = LatencyHistogram.empty();
        for (int i = 0; i < 1000; i++) {
            histogram.recordMicros(1000);
        }

        assertThat(histogram.percentiles().p95LowerMicros()).isLessThanOrEqualTo(1000);
        assertThat(histogram.percentiles().p95UpperMicros()).isGreaterThanOrEqualTo(1000);
    }

    @Test
    void hasNoPercentilesWhenEmpty() {
        assertThat(LatencyHistogram.empty().percentiles()).isEqualTo(new Percentiles(0, 0, 0, 0));
    }

    @Test
    void refusesWhatIsNoHistogram() {
        assertThatThrownBy(() -> LatencyHistogram.decode(new byte[] {1, 2, 3}))
                .isInstanceOf(MalformedTelemetryException.class);
        assertThatThrownBy(() -> LatencyHistogram.decode(new byte[100]))
                .isInstanceOf(MalformedTelemetryException.class);
        assertThatThrownBy(() -> LatencyHistogram.decode(new byte[1 << 20]))
                .isInstanceOf(MalformedTelemetryException.class)
                .hasMessageContaining("1048576 bytes");
    }

    @Test
    void refusesAHistogramThatWouldTakeTooMuchMemory() {
        Histogram greedy = new Histogram(1, Long.MAX_VALUE / 2, 5);
        greedy.recordValue(5);

        assertThatThrownBy(() -> LatencyHistogram.decode(encoded(greedy)))
                .isInstanceOf(MalformedTelemetryException.class)
                .hasMessageContaining("5 digits");
    }

    @Test
    void refusesCountsThatAreMoreThanCanBeCounted() {
        Histogram nothing = new Histogram(1, 1_000_000, 3);
        for (int value = 1000; value <= 4000; value += 1000) {
            nothing.recordValueWithCount(value, 1L << 62); // Together 0 in a long.
        }
        LatencyHistogram half = LatencyHistogram.decode(encoded(1L << 62));

        assertThatThrownBy(() -> LatencyHistogram.decode(encoded(nothing)))
                .isInstanceOf(MalformedTelemetryException.class)
                .hasMessageContaining("a count that cannot be right");
        assertThatThrownBy(() -> half.add(LatencyHistogram.decode(encoded(1L << 62))))
                .isInstanceOf(MalformedTelemetryException.class)
                .hasMessageContaining("a count that cannot be right");
        assertThat(half.count()).isEqualTo(1L << 62);
    }

    private static byte[] encoded(long count) {
        Histogram once = new Histogram(1, 1_000_000, 3);
        once.recordValueWithCount(1000, count);
        return encoded(once);
    }

    private static byte[] encoded(Histogram histogram) {
        ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        int length = histogram.encodeIntoCompressedByteBuffer(buffer);
        return Arrays.copyOf(buffer.array(), length);
    }

    private static LatencyHistogram uniform(int count, double fromMicros, double toMicros) {
        LatencyHistogram histogram = LatencyHistogram.empty();
        for (int i = 0; i < count; i++) {
            histogram.recordMicros(fromMicros + (toMicros - fromMicros) * (i + 0.5) / count);
        }
        return histogram;
    }
}
