package io.espalier.pruning.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class SearchStepTest {
    @Test
    void knowsTheSameStepByItsAimAndItsWidths() {
        SearchStep sixth = step(6, 0.95, 16);

        assertThat(step(7, 0.95, 16).changesNothingSince(sixth)).isTrue();
        assertThat(step(7, 0.95, 20).changesNothingSince(sixth)).isFalse();
        assertThat(step(7, 0.9, 16).changesNothingSince(sixth)).isFalse();
    }

    private static SearchStep step(int number, double planned, int width) {
        return new SearchStep(number, planned, 0.9, OptionalDouble.empty(), List.of(width, 8));
    }
}
