package io.espalier.pruning.quantisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ActivationScaleTest {
    @Test
    void givesRawPixelsTheirOwnIntegers() {
        assertThat(ActivationScale.of(new Range(0, 255))).isEqualTo(new ActivationScale(1, 0));
    }

    @Test
    void leavesAllIntegersToWhatIsPositiveBehindAReLU() {
        assertThat(ActivationScale.of(new Range(0, 51))).isEqualTo(new ActivationScale(0.2f, 0));
    }

    @Test
    void keepsZeroOnTheGrid() {
        assertThat(ActivationScale.of(new Range(-1, 1.55f))).isEqualTo(new ActivationScale(0.01f, 100));
        assertThat(ActivationScale.of(new Range(-3, 0)).zeroPoint()).isEqualTo(255);
    }

    @Test
    void takesAnyScaleForATensorThatIsAlwaysZero() {
        assertThat(ActivationScale.of(new Range(0, 0))).isEqualTo(new ActivationScale(1, 0));
    }

    @Test
    void refusesARangeWithoutZero() {
        assertThatThrownBy(() -> new Range(1, 2)).hasMessageContaining("does not hold zero");
        assertThatThrownBy(() -> new Range(0, Float.NaN)).hasMessageContaining("not finite");
        assertThat(Range.of(1, 2)).isEqualTo(new Range(0, 2));
        assertThat(new Range(-1, 2).and(new Range(-3, 1))).isEqualTo(new Range(-3, 2));
    }
}
