package io.espalier.terminal;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** For a real terminal: the live rows stand below the lines that stay and are drawn over in place. */
final class AnsiScreen implements Screen {
    private static final String RESET = "\u001b[0m";
    private static final String BOLD = "\u001b[1m";
    private static final String FAINT = "\u001b[2m";
    private static final String RED = "\u001b[31m";
    private static final String GREEN = "\u001b[32m";
    private static final String YELLOW = "\u001b[33m";
    private static final String CYAN = "\u001b[36m";
    private static final String CLEAR_LINE = "\u001b[2K";
    private static final String HIDE_CURSOR = "\u001b[?25l";
    private static final String SHOW_CURSOR = "\u001b[?25h";

    private final PrintStream out;
    private final int width;
    private final Glyphs glyphs;
    private List<LiveRow> rows = List.of();
    private int drawn;

    AnsiScreen(PrintStream out, int width, Glyphs glyphs) {
        this.out = out;
        this.width = width;
        this.glyphs = glyphs;
    }

    @Override
    public void say(String line) {
        permanent(glyphs.spell(line));
    }

    @Override
    public void done(String what, String result) {
        String left = glyphs.spell(what);
        String right = glyphs.spell(result);
        int space = width - 5 - left.length() - right.length();
        permanent("  " + GREEN + glyphs.done() + RESET + " " + left
                + (right.isEmpty()
                        ? ""
                        : " ".repeat(Math.max(2, Math.min(space, 76 - left.length() - right.length())))
                                + FAINT
                                + right
                                + RESET));
    }

    @Override
    public void note(String what) {
        permanent("  " + YELLOW + glyphs.note() + " " + glyphs.spell(what) + RESET);
    }

    @Override
    public void failed(String what) {
        permanent("  " + RED + glyphs.failed() + " " + glyphs.spell(what) + RESET);
    }

    @Override
    public void strong(String line) {
        permanent(BOLD + glyphs.spell(line) + RESET);
    }

    @Override
    public synchronized void live(List<LiveRow> next) {
        rows = List.copyOf(next);
        StringBuilder text = new StringBuilder();
        erase(text);
        draw(text);
        print(text);
    }

    private synchronized void permanent(String line) {
        StringBuilder text = new StringBuilder();
        erase(text);
        text.append(line).append('\n');
        draw(text);
        print(text);
    }

    private void erase(StringBuilder text) {
        for (int i = 0; i < drawn; i++) {
            text.append("\u001b[1A").append(CLEAR_LINE);
        }
        text.append('\r');
        drawn = 0;
    }

    private void draw(StringBuilder text) {
        int nameWidth = rows.stream().mapToInt(row -> row.name().length()).max().orElse(0);
        for (String line : lines(nameWidth)) {
            text.append(line).append('\n');
        }
        drawn = rows.size();
        if (drawn > 0) {
            text.append(HIDE_CURSOR);
        }
    }

    private List<String> lines(int nameWidth) {
        int barWidth = width >= 100 ? 24 : width >= 72 ? 14 : 8;
        ProgressBar bar = new ProgressBar(barWidth, glyphs);
        List<String> lines = new ArrayList<>();
        for (LiveRow row : rows) {
            String name = row.name() + " ".repeat(nameWidth - row.name().length());
            String drawnBar =
                    row.fraction().isPresent() ? bar.render(row.fraction().getAsDouble()) : " ".repeat(barWidth);
            int room = width - 1 - 4 - nameWidth - 2 - barWidth - 2;
            String gap = row.status().isEmpty() || row.detail().isEmpty() ? "" : "  ";
            String words = glyphs.spell(row.status() + gap + row.detail());
            if (words.length() > room) {
                words = words.substring(0, Math.max(0, room - 1))
                        + (room > 0 ? glyphs.spell("…").substring(0, 1) : "");
            }
            lines.add("    " + BOLD + name + RESET + "  " + CYAN + drawnBar + RESET + "  " + words);
        }
        return lines;
    }

    private void print(StringBuilder text) {
        out.print(text);
        out.flush();
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
    public synchronized void close() {
        live(List.of());
        out.print(SHOW_CURSOR);
        out.flush();
    }
}
