package io.espalier.agent.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class TrustedTimeTest {
    private static final Instant BUILT = Instant.parse("2026-11-01T00:00:00Z");
    private static final Instant NOW = Instant.parse("2026-11-28T00:00:00Z");
    private static final Instant WRONG = NOW.plus(Duration.ofDays(200));

    private final TrustedTime time =
            new TrustedTime(BUILT, Clock.fixed(NOW, ZoneOffset.UTC), () -> 0, new SecureRandom());

    @Test
    void goesByWhatWasProven() {
        time.settle(WRONG);

        assertThat(time.proven()).contains(WRONG);
        assertThat(time.at(BUILT).now()).isEqualTo(WRONG);
    }

    @Test
    void goesByTheClockAgainOnceTheProofIsDoubted() {
        time.settle(WRONG);

        assertThat(time.doubt(NOW.plus(Duration.ofDays(90)))).isTrue();

        assertThat(time.proven()).isEmpty();
        assertThat(time.at(BUILT).now()).isEqualTo(NOW);
    }

    /** The certificate is a thief's, as far as the clock here can tell. */
    @Test
    void keepsTheProofWhereTheClockSpeaksForItToo() {
        time.settle(NOW.plusSeconds(60));

        assertThat(time.doubt(NOW.minus(Duration.ofDays(1)))).isFalse();

        assertThat(time.proven()).contains(NOW.plusSeconds(60));
    }
}
