package io.espalier.agent.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final long SECOND = 1_000_000_000L;

    private final Pace.Watch watch = new Pace(Duration.ofSeconds(10), 100).watch(5 * SECOND);

    @Test
    void leavesAnyPauseWithinAWindow() {
        watch.came(1);

        assertThat(watch.leftNanos(6 * SECOND)).isEqualTo(9 * SECOND);
        assertThatCode(() -> watch.check(14 * SECOND)).doesNotThrowAnyException();
    }

    @Test
    void endsAWindowWithTooLittleInIt() {
        watch.came(99);

        assertThat(watch.leftNanos(20 * SECOND)).isZero();
        assertThatThrownBy(() -> watch.check(15 * SECOND))
                .isInstanceOf(IOException.class)
                .hasMessage("too slow: 99 bytes within 10000 ms, at least 100 are expected");
    }

    @Test
    void asksForAsMuchInEachWindow() throws Exception {
        watch.came(1_000);
        watch.check(15 * SECOND);
        watch.came(99);

        assertThatThrownBy(() -> watch.check(25 * SECOND)).hasMessageContaining("99 bytes");
    }

    @Test
    void isNoneWithoutTimeOrBytes() {
        assertThatThrownBy(() -> new Pace(Duration.ZERO, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Pace(Duration.ofSeconds(1), 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
