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

    @ParameterizedTest
    @ValueSource(doubles = {1e-300, 4e9, 1e300})
    void refusesALatencyThatNoDeviceCouldMean(double micros) {
        assertThatThrownBy(() -> new Budget(micros, null, null, null, null))
                .hasMessage("latencyP95Micros must be a number from 0.001 to 3600000000, got " + micros);
    }

    @Test
    void refusesMoreBytesAndEnergyThanThereAre() {
        assertThatThrownBy(() -> new Budget(null, Long.MAX_VALUE, null, null, null))
                .hasMessage("memoryBytes must be a number from 1 to 1099511627776, got 9223372036854775807");
        assertThatThrownBy(() -> new Budget(null, null, null, 1e10, null)).hasMessageContaining("energyMillijoules");
        assertThatThrownBy(() -> new Budget(null, null, null, null, 0.0)).hasMessageContaining("minAccuracy");
        assertThatThrownBy(() -> new Budget(null, null, null, null, Double.NaN)).hasMessageContaining("minAccuracy");
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
