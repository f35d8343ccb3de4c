package io.espalier.controller.telemetry.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SetbacksTest {
    private final Setbacks setbacks = new Setbacks();

    @Test
    void tellsTheSameFailureOnce() {
        assertThat(Stream.of("away", "away", "full", "away").map(setbacks::isNews))
                .containsExactly(true, false, true, true);
    }

    @Test
    void waitsTwiceAsLongEachTimeUpToABound() {
        assertThat(Stream.generate(setbacks::nextPauseMillis).limit(7))
                .containsExactly(500L, 1_000L, 2_000L, 4_000L, 8_000L, 15_000L, 15_000L);
    }

    @Test
    void beginsAnewWhenItGoesWell() {
        setbacks.isNews("away");
        setbacks.nextPauseMillis();

        setbacks.goesWell();

        assertThat(setbacks.isNews("away")).isTrue();
        assertThat(setbacks.nextPauseMillis()).isEqualTo(500);
    }
}
