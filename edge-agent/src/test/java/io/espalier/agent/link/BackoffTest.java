package io.espalier.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BackoffTest {
    @Test
    void doublesUpToItsLimitAndStartsOverWhenReset() {
        Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(5), new SplittableRandom(1));

        assertThat(backoff.next()).isBetween(Duration.ofMillis(750), Duration.ofSeconds(1));
        assertThat(backoff.next()).isBetween(Duration.ofMillis(1500), Duration.ofSeconds(2));
        assertThat(backoff.next()).isBetween(Duration.ofMillis(3000), Duration.ofSeconds(4));
        assertThat(backoff.next()).isBetween(Duration.ofMillis(3750), Duration.ofSeconds(5));
        assertThat(backoff.next()).isBetween(Duration.ofMillis(3750), Duration.ofSeconds(5));

        backoff.reset();
        assertThat(backoff.next()).isBetween(Duration.ofMillis(750), Duration.ofSeconds(1));
    }
}
