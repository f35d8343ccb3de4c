package io.espalier.terminal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.Map;

/** Chooses the screen that suits where standard output goes. */
public final class Terminal {
    private static final int DEFAULT_WIDTH = 100;
    private static final int PLAIN_WIDTH = 160;

    private Terminal() {}

    /**
     * @param interactive whether standard output is a terminal
     * @param columns its width as far as known, 0 otherwise
     */
    public static Screen open(boolean interactive, int columns, Map<String, String> environment) {
        Charset charset = Charset.forName(System.getProperty("native.encoding", "UTF-8"));
        Glyphs glyphs = Glyphs.forCharset(charset);
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, charset);
        boolean plain = !interactive
                || !environment.getOrDefault("NO_COLOR", "").isEmpty()
                || "dumb".equals(environment.get("TERM"));
        if (plain) {
            long start = System.nanoTime();
            int width = columns > 0 ? columns : PLAIN_WIDTH;
            return new LineScreen(out, width, glyphs, () -> (System.nanoTime() - start) / 1_000_000);
        }
        return new AnsiScreen(out, columns > 0 ? columns : DEFAULT_WIDTH, glyphs);
    }
}
