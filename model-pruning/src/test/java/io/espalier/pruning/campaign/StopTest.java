package io.espalier.pruning.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class StopTest {
    @Test
    void saysWhyThereWasNoTimeInNumbers() {
        Stop late = new Stop.OutOfTime(3, 4, Duration.ofSeconds(1230), Duration.ofMinutes(11), Duration.ofMinutes(30));

        assertThat(late.note())
                .isEqualTo("Stopped: round 3 of 4 would not have ended in time: 20.5 of 30.0 min were over, and a round"
                        + " took up to 11.0. This is the variant of round 2, which was asked for less.");
    }
}
