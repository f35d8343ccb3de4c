package io.espalier.agent.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Observations are 1..n, so a value is its rank; the ranks were worked by hand from binomial tables. */
class OrderStatisticsTest {
    @Test
    void takesTheNearestRank() {
        OrderStatistics twenty = ofRanks(20);

        assertThat(twenty.quantile(0.5)).isEqualTo(10);
        assertThat(twenty.quantile(0.95)).isEqualTo(19);
        assertThat(ofRanks(1).quantile(0.95)).isEqualTo(1);
    }

    /** Binomial(20, 1/2): P(B <= 5) = 0.0207 and P(B <= 6) = 0.0577, so ranks 6 and, by symmetry, 15. */
    @Test
    void enclosesTheMedianOfTwenty() {
        assertThat(ofRanks(20).interval(0.5)).isEqualTo(new OrderStatistics.Interval(6, 15));
    }

    /** Binomial(10, 1/2): P(B <= 1) = 0.0107 and P(B <= 2) = 0.0547, so ranks 2 and 9. */
    @Test
    void enclosesTheMedianOfTen() {
        assertThat(ofRanks(10).interval(0.5)).isEqualTo(new OrderStatistics.Interval(2, 9));
    }

    /** Binomial(500, 0.95): P(B <= 464) = 0.0196, P(B <= 465) = 0.0303; P(B <= 483) = 0.9657, P(B <= 484) = 0.9801. */
    @Test
    void enclosesTheP95OfATrial() {
        assertThat(ofRanks(500).interval(0.95)).isEqualTo(new OrderStatistics.Interval(465, 485));
    }

    /** With 20 observations all may lie below the true p95 with probability 0.36: no rank is high enough. */
    @Test
    void fallsBackOnTheLargestWhenThereAreTooFew() {
        assertThat(ofRanks(20).interval(0.95).upper()).isEqualTo(20);
    }

    @Test
    void measuresNoiseByTheMedianAbsoluteDeviation() {
        assertThat(new OrderStatistics(new long[] {90, 100, 110, 100, 1_000}).noise())
                .isEqualTo(0.1);
        assertThat(new OrderStatistics(new long[] {5, 5, 5}).noise()).isZero();
    }

    @Test
    void refusesAnEmptySample() {
        assertThatThrownBy(() -> new OrderStatistics(new long[0])).hasMessageContaining("at least one");
    }

    private static OrderStatistics ofRanks(int n) {
        return new OrderStatistics(LongStream.rangeClosed(1, n).toArray());
    }
}
