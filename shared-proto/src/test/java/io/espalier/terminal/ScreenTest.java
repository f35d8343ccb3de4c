package io.espalier.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ScreenTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    private static LiveRow pruning(double fraction) {
        return new LiveRow("camera-4x", "fine-tune", OptionalDouble.of(fraction), "about 9 s left");
    }

    @Test
    void aPlainScreenTellsNewsOnce() {
        Screen screen = new LineScreen(out, 80, Glyphs.ASCII, () -> 4_200);
        screen.live(List.of(pruning(0.1)));
        screen.live(List.of(pruning(0.2)));
        screen.live(List.of(pruning(0.6)));
        screen.done("delivered", "1.0 s");
        assertThat(text()).isEqualTo("""
                        [  4 s]   camera-4x: fine-tune  about 9 s left
                        [  4 s]   camera-4x: fine-tune  50 %  about 9 s left
                        [  4 s] + delivered  (1.0 s)
                        """);
    }

    @Test
    void aPlainScreenTellsAgainWhatComesBack() {
        Screen screen = new LineScreen(out, 80, Glyphs.ASCII, () -> 4_200);
        screen.live(List.of(LiveRow.of("Fit", "", "the first")));
        screen.live(List.of());
        screen.live(List.of(LiveRow.of("Fit", "", "the last")));
        assertThat(text()).isEqualTo("""
                        [  4 s]   Fit: the first
                        [  4 s]   Fit: the last
                        """);
    }

    @Test
    void aTerminalDrawsLiveRowsOverAndKeepsLinesAboveThem() {
        Screen screen = new AnsiScreen(out, 80, Glyphs.ASCII);
        screen.live(List.of(pruning(0.5)));
        screen.done("delivered", "");
        assertThat(visible()).isEqualTo("  + delivered\n    camera-4x  #######.......  fine-tune  about 9 s left\n");
    }

    @Test
    void aTerminalNeverWritesALineThatWraps() {
        Screen screen = new AnsiScreen(out, 40, Glyphs.UNICODE);
        screen.live(List.of(new LiveRow("sensor-10x", "x".repeat(200), OptionalDouble.of(0.5), "")));
        assertThat(visible().lines()).allMatch(line -> line.length() < 40);
    }

    @Test
    void namesCannotCommandTheTerminal() {
        Screen screen = new AnsiScreen(out, 80, Glyphs.UNICODE);
        screen.say("class \u001b]0;owned\u0007 \u202etac");
        assertThat(text()).endsWith("class ?]0;owned? ?tac\n");
    }

    @Test
    void closingClearsTheLiveRows() {
        Screen screen = new AnsiScreen(out, 80, Glyphs.ASCII);
        screen.live(List.of(pruning(0.5)));
        screen.close();
        assertThat(visible()).isEmpty();
        assertThat(text()).endsWith("\u001b[?25h");
    }

    private String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** What a terminal would show at the end: the few control sequences in use, played back. */
    private String visible() {
        StringBuilder shown = new StringBuilder();
        String rest = text();
        while (!rest.isEmpty()) {
            if (rest.startsWith("\u001b[1A")) {
                int end = shown.lastIndexOf("\n", shown.length() - 2);
                shown.setLength(end + 1);
                rest = rest.substring(4);
            } else if (rest.startsWith("\u001b")) {
                rest = rest.replaceFirst("^\u001b\\[[?0-9]*[a-zA-Z]", "");
            } else {
                if (rest.charAt(0) != '\r') {
                    shown.append(rest.charAt(0));
                }
                rest = rest.substring(1);
            }
        }
        return shown.toString();
    }
}
