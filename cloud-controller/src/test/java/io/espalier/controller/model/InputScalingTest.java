package io.espalier.controller.model;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class InputScalingTest {
    @Test
    void namesTheNumberThatIsNone() {
        assertThatThrownBy(() -> new InputScaling(0, List.of(), List.of())).hasMessageContaining("scale");
        assertThatThrownBy(() -> new InputScaling(1, List.of(Double.NaN), List.of()))
                .hasMessageContaining("mean");
        assertThatThrownBy(() -> new InputScaling(1, List.of(), List.of(0.0))).hasMessageContaining("std");
        assertThatThrownBy(() -> new InputScaling(1, Arrays.asList(1.0, null), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("mean must hold numbers, got [1.0, null]");
    }
}
