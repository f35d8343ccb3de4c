package io.espalier.controller.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GoalTest {
    @Test
    void saysWhatIsAskedInUnitsThatLeaveSomethingOfIt() {
        assertThat(new Goal(410.0, 65_536L, 500L, null, 0.9).inWords())
                .isEqualTo("p95 at most 410 µs, memory at most 65.5 kB, size at most 500 B, accuracy at least 90.0 %");
        assertThat(new Goal(null, null, null, null, null).inWords()).isEqualTo("no constraint");
    }
}
