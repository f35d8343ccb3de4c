package io.espalier.controller.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DatabasePatienceTest {
    private static final class Away extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private final List<Duration> pauses = new ArrayList<>();
    private final DatabasePatience patience = new DatabasePatience(Away.class::isInstance, pauses::add);

    @Test
    void doesWorkAgainUntilTheDatabaseIsBack() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        String answer = patience.get(() -> {
            if (calls.incrementAndGet() < 6) {
                throw new Away();
            }
            return "stored";
        });

        assertThat(answer).isEqualTo("stored");
        assertThat(pauses)
                .containsExactly(
                        Duration.ofMillis(250),
                        Duration.ofMillis(500),
                        Duration.ofMillis(1000),
                        Duration.ofMillis(2000),
                        Duration.ofMillis(2000));
    }

    @Test
    void throwsEveryOtherFailureAtOnce() {
        assertThatThrownBy(() -> patience.run(() -> {
                    throw new IllegalStateException("a bug");
                }))
                .hasMessage("a bug");
        assertThat(pauses).isEmpty();
    }

    @Test
    void endsWhereItsThreadIsInterrupted() {
        DatabasePatience interrupted = new DatabasePatience(Away.class::isInstance, duration -> {
            throw new InterruptedException();
        });

        assertThatThrownBy(() -> interrupted.run(() -> {
                    throw new Away();
                }))
                .isInstanceOf(InterruptedException.class);
    }
}
