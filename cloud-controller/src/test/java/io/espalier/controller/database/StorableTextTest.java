package io.espalier.controller.database;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StorableTextTest {
    private static final String SMILE = "\uD83D\uDE00";

    @Test
    void keepsTheBeginningOfALongText() {
        assertThat(StorableText.of("x".repeat(5000))).isEqualTo("x".repeat(2000));
        assertThat(StorableText.of("short")).isEqualTo("short");
    }

    @Test
    void neverHalvesACharacter() {
        assertThat(StorableText.of("x" + SMILE.repeat(2000))).isEqualTo("x" + SMILE.repeat(999));
    }

    @Test
    void makesOneLineOfWhateverALogIsGiven() {
        assertThat(StorableText.line("a\r\n12:00:00 INFO  all is well\u001b[2J\0"))
                .isEqualTo("a??12:00:00 INFO  all is well?[2J?");
        assertThat(StorableText.line("x".repeat(10_000))).hasSize(500);
    }
}
