package io.espalier.demo.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.terminal.Glyphs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ResultTableTest {
    @Test
    void showsEachDeviceInOneLine() throws IOException {
        assertThat(String.join("\n", ResultTable.of(Results.good()).render(240, Glyphs.UNICODE)) + "\n")
                .isEqualTo(golden("table-wide.txt"));
    }

    @Test
    void showsEachDeviceInAParagraphOnANarrowTerminal() throws IOException {
        assertThat(String.join("\n", ResultTable.of(Results.good()).render(80, Glyphs.ASCII)) + "\n")
                .isEqualTo(golden("table-narrow-ascii.txt"));
    }

    private static String golden(String name) throws IOException {
        try (InputStream in = ResultTableTest.class.getResourceAsStream("/golden/" + name)) {
            assertThat(in).as(name).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
