package io.espalier.pruning.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class RoundTest {
    @Test
    void knowsTheSameStepByItsAimAndItsWidths() {
        Round sixth = round(6, 0.95, 16);

        assertThat(round(7, 0.95, 16).changesNothingSince(sixth)).isTrue();
        assertThat(round(7, 0.95, 20).changesNothingSince(sixth)).isFalse();
        assertThat(round(7, 0.9, 16).changesNothingSince(sixth)).isFalse();
    }

    private static Round round(int number, double planned, int width) {
        return new Round(number, planned, 0.9, OptionalDouble.empty(), OptionalDouble.empty(), List.of(width, 8));
    }
}
