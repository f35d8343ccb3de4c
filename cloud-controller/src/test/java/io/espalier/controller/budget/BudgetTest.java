package io.espalier.controller.budget;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BudgetTest {
    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void refusesALatencyThatIsNoPositiveNumber(double micros) {
        assertThatThrownBy(() -> new Budget(micros, null, null, null, null))
                .hasMessageContaining("latencyP95Micros")
                .hasMessageContaining(String.valueOf(micros));
    }

    @Test
    void refusesABudgetOfNothing() {
        assertThatThrownBy(() -> new Budget(null, null, null, null, null)).hasMessageContaining("at least one");
    }

    @Test
    void guessesThatAnAccuracyWasMeantInPercent() {
        assertThatThrownBy(() -> new Budget(null, null, null, null, 95.0)).hasMessageContaining("Maybe 0.95?");
    }

    @Test
    void refusesNegativeSizes() {
        assertThatThrownBy(() -> new Budget(null, -1L, null, null, null)).hasMessageContaining("memoryBytes");
        assertThatThrownBy(() -> new Budget(null, null, 0L, null, null)).hasMessageContaining("sizeBytes");
    }
}
