package io.espalier.terminal;

import java.io.PrintStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** For log files, pipes and simple terminals: one line for each piece of news, none is ever taken back. */
final class LineScreen implements Screen {
    private static final double STEP = 0.25;

    private final PrintStream out;
    private final int width;
    private final Glyphs glyphs;
    private final LongSupplier elapsedMillis;
    private final Map<String, String> told = new HashMap<>();

    LineScreen(PrintStream out, int width, Glyphs glyphs, LongSupplier elapsedMillis) {
        this.out = out;
        this.width = width;
        this.glyphs = glyphs;
        this.elapsedMillis = elapsedMillis;
    }

    @Override
    public synchronized void say(String line) {
        out.println(glyphs.spell(line));
    }

    @Override
    public void done(String what, String result) {
        news(glyphs.done() + " " + what + (result.isEmpty() ? "" : "  (" + result + ")"));
    }

    @Override
    public void note(String what) {
        news(glyphs.note() + " " + what);
    }

    @Override
    public void failed(String what) {
        news(glyphs.failed() + " " + what);
    }

    @Override
    public void strong(String line) {
        say(line);
    }

    @Override
    public synchronized void live(List<LiveRow> rows) {
        if (rows.isEmpty()) {
            told.clear(); // What begins after that is news, though it was there before.
        }
        for (LiveRow row : rows) {
            int step = row.fraction().isPresent() ? (int) (row.fraction().getAsDouble() / STEP + 1e-9) : 0;
            String key = row.status() + "/" + step;
            if (!key.equals(told.put(row.name(), key))) {
                String percent = step == 0 ? "" : "%d %%".formatted((int) (100 * step * STEP));
                String words = Stream.of(row.status(), percent, row.detail())
                        .filter(part -> !part.isEmpty())
                        .collect(Collectors.joining("  "));
                news("  " + row.name() + ": " + words);
            }
        }
    }

    private void news(String line) {
        long seconds = Duration.ofMillis(elapsedMillis.getAsLong()).toSeconds();
        say("[%3d s] %s".formatted(seconds, line));
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public Glyphs glyphs() {
        return glyphs;
    }

    @Override
    public void close() {
        out.flush();
    }
}
