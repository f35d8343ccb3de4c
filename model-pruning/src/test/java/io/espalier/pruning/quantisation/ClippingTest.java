package io.espalier.pruning.quantisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ClippingTest {
    private static final Offset<Float> ONE_BIN = within(100f / Histogram.BINS);

    @Test
    void minMaxCutsNothing() {
        assertThat(Clipping.MIN_MAX.range(mostlySmallUpTo100())).isEqualTo(new Range(-1, 100));
    }

    @Test
    void thePercentileCutsOneValueInTenThousand() {
        Range range = Clipping.PERCENTILE.range(mostlySmallUpTo100());

        assertThat(range.high()).isCloseTo(1, ONE_BIN);
        assertThat(range.low()).isEqualTo(-1);
    }

    @Test
    void thePercentileKeepsWhatIsMoreFrequent() {
        Histogram histogram = new Histogram(new Range(0, 100));
        add(histogram, 0.5f, 9_998);
        add(histogram, 100, 2);

        assertThat(Clipping.PERCENTILE.range(histogram).high()).isEqualTo(100);
    }

    @Test
    void leastSquaresCutsAnOutlierThatCostsTheOthersTooMuch() {
        Histogram histogram = new Histogram(new Range(0, 100));
        for (int i = 0; i < 10_000; i++) {
            add(histogram, i / 10_000f * 40, 10);
        }
        add(histogram, 100, 1);

        // Steps of 1/255 of 40 or 100 err by 0.16/255 or 1/255; the outlier by 60 once.
        assertThat(Clipping.LEAST_SQUARES.range(histogram).high()).isBetween(40f, 99f);
    }

    @Test
    void leastSquaresLeavesAnEvenDistributionAlone() {
        Histogram histogram = new Histogram(new Range(-10, 30));
        for (int i = -1000; i <= 3000; i++) {
            add(histogram, i / 100f, 1);
        }

        assertThat(Clipping.LEAST_SQUARES.range(histogram)).isEqualTo(new Range(-10, 30));
    }

    @Test
    void everyWayKeepsATensorThatIsAlwaysZero() {
        Histogram histogram = new Histogram(new Range(0, 0));
        add(histogram, 0, 5);

        for (Clipping clipping : Clipping.values()) {
            assertThat(clipping.range(histogram)).as(clipping.name()).isEqualTo(new Range(0, 0));
        }
    }

    /** From -1 to 1 many times, and 100 once. */
    private static Histogram mostlySmallUpTo100() {
        Histogram histogram = new Histogram(new Range(-1, 100));
        add(histogram, -1, 20_000);
        add(histogram, 1, 20_000);
        add(histogram, 100, 1);
        return histogram;
    }

    private static void add(Histogram histogram, float value, int times) {
        for (int i = 0; i < times; i++) {
            histogram.add(value);
        }
    }
}
