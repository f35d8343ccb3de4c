package io.espalier.controller.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.controller.ManualClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class GuessLimitTest {
    private final ManualClock clock = new ManualClock(Instant.parse("2026-05-01T12:00:00Z"));
    private final GuessLimit limit = new GuessLimit(clock);

    @Test
    void letsFiveFailuresPass() {
        fail(4);
        assertThat(limit.waitOf("a")).isEmpty();
    }

    @Test
    void doublesTheWaitWithEachFurtherFailure() {
        fail(5);
        assertThat(limit.waitOf("a")).contains(Duration.ofSeconds(5));
        fail(1);
        assertThat(limit.waitOf("a")).contains(Duration.ofSeconds(10));
    }

    @Test
    void neverWaitsLongerThanAQuarterOfAnHour() {
        fail(1000);
        assertThat(limit.waitOf("a")).contains(Duration.ofMinutes(15));
    }

    @Test
    void forgivesAfterTheWait() {
        fail(5);
        clock.advance(Duration.ofSeconds(5));
        assertThat(limit.waitOf("a")).isEmpty();
    }

    @Test
    void forgetsFailuresAfterASuccess() {
        fail(5);
        limit.succeeded("a");
        assertThat(limit.waitOf("a")).isEmpty();
    }

    @Test
    void keepsOriginsApart() {
        fail(9);
        assertThat(limit.waitOf("b")).isEmpty();
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            limit.failed("a");
        }
    }
}
