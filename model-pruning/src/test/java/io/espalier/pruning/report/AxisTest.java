package io.espalier.pruning.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class AxisTest {
    @Test
    void hasRoundTicks() {
        Axis axis = Axis.covering(0, 273, 100);
        assertThat(axis.ticks()).containsExactly(0.0, 100.0, 200.0, 300.0);
        assertThat(axis.label(200)).isEqualTo("200");
        assertThat(axis.position(150)).isCloseTo(50, within(1e-9));
    }

    @Test
    void showsAsManyDecimalsAsTicksNeed() {
        Axis axis = Axis.covering(0.12, 0.31, 100);
        assertThat(axis.ticks().stream().map(axis::label))
                .containsExactly("0.10", "0.15", "0.20", "0.25", "0.30", "0.35");
    }

    @Test
    void holdsWhateverItIsGiven() {
        Random random = new Random(5);
        for (int i = 0; i < 1000; i++) {
            double a = random.nextGaussian() * Math.pow(10, random.nextInt(9) - 3);
            double b = i % 10 == 0 ? a : random.nextGaussian() * Math.pow(10, random.nextInt(9) - 3);
            Axis axis = Axis.covering(Math.min(a, b), Math.max(a, b), 300);
            assertThat(axis.position(a)).as("%s to %s", a, b).isBetween(-1e-6, 300 + 1e-6);
            assertThat(axis.position(b)).isBetween(-1e-6, 300 + 1e-6);
            assertThat(axis.ticks()).hasSizeBetween(2, 13);
        }
    }
}
