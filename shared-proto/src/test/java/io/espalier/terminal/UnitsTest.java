package io.espalier.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class UnitsTest {
    @Test
    void latenciesKeepThreeDigitsAndChangeUnitAtAMillisecond() {
        assertThat(Units.micros(7.126)).isEqualTo("7.13 µs");
        assertThat(Units.micros(23.44)).isEqualTo("23.4 µs");
        assertThat(Units.micros(999.4)).isEqualTo("999 µs");
        assertThat(Units.micros(999.6)).isEqualTo("1.00 ms");
        assertThat(Units.micros(12_345)).isEqualTo("12.3 ms");
    }

    @Test
    void sizesAreDecimal() {
        assertThat(Units.bytes(999)).isEqualTo("999 B");
        assertThat(Units.bytes(373_288)).isEqualTo("373 kB");
        assertThat(Units.bytes(1_500_000)).isEqualTo("1.50 MB");
    }

    @Test
    void pointsCarryTheirSignAndZeroHasNone() {
        assertThat(Units.points(-0.0123)).isEqualTo("−1.2");
        assertThat(Units.points(0.004)).isEqualTo("+0.4");
        assertThat(Units.points(-0.0001)).isEqualTo("0.0");
    }

    @Test
    void percentagesHaveATrueMinusSignAndZeroHasNone() {
        assertThat(Units.percent(0.8234)).isEqualTo("82.3 %");
        assertThat(Units.percent(-1.265)).isEqualTo("−126.5 %");
        assertThat(Units.percent(-0.0001)).isEqualTo("0.0 %");
    }

    @Test
    void whatIsFarBelowNothingIsNoNumber() {
        assertThat(Units.percent(-1e30)).isEqualTo("under −10,000 %");
        assertThat(Units.points(-1e30)).isEqualTo("under −10,000");
        assertThat(Units.pointsLost(1e30)).isEqualTo("over 10,000");
        assertThat(Units.pointsLost(0.1234)).isEqualTo("12.3");
    }

    @Test
    void longTimesAreInMinutes() {
        assertThat(Units.seconds(Duration.ofMillis(1_240))).isEqualTo("1.2 s");
        assertThat(Units.seconds(Duration.ofSeconds(119))).isEqualTo("119 s");
        assertThat(Units.seconds(Duration.ofSeconds(245))).isEqualTo("4 min 05 s");
    }
}
