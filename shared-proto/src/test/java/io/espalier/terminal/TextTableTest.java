package io.espalier.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.terminal.TextTable.Column;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {
    private static TextTable table() {
        return new TextTable(List.of(Column.words("device"), Column.numbers("measured\np95"), Column.words("outcome")))
                .row("gateway-1x", "98.1 µs", "within budget")
                .row("badge-25x", "", "refused");
    }

    @Test
    void alignsWordsLeftAndNumbersRight() {
        assertThat(String.join("\n", table().render(80, Glyphs.UNICODE))).isEqualTo("""
                                    measured
                        device           p95  outcome
                        ───────────────────────────────────
                        gateway-1x   98.1 µs  within budget
                        badge-25x             refused""");
    }

    @Test
    void spellsWhatAPlainTerminalCannotShow() {
        assertThat(table().render(80, Glyphs.ASCII)).contains("gateway-1x   98.1 us  within budget");
    }

    @Test
    void turnsOnItsSideWhereTheTerminalIsTooNarrow() {
        assertThat(String.join("\n", table().render(30, Glyphs.UNICODE))).isEqualTo("""
                        gateway-1x
                          measured p95  98.1 µs
                          outcome       within budget
                        badge-25x
                          outcome       refused""");
    }

    @Test
    void refusesARowOfAnotherLength() {
        assertThatThrownBy(() -> table().row("x")).hasMessageContaining("3 cells");
    }
}
