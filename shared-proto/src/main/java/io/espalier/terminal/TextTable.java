package io.espalier.terminal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Aligned columns: words to the left, numbers to the right, header lines above a rule. */
public final class TextTable {
    private static final String GAP = "  ";

    private final List<Column> columns;
    private final List<List<String>> rows = new ArrayList<>();

    /** One column; a header may have several lines. */
    public record Column(String header, boolean number) {
        public static Column words(String header) {
            return new Column(header, false);
        }

        public static Column numbers(String header) {
            return new Column(header, true);
        }
    }

    public TextTable(List<Column> columns) {
        this.columns = List.copyOf(columns);
    }

    public TextTable row(String... cells) {
        if (cells.length != columns.size()) {
            throw new IllegalArgumentException("A row has " + columns.size() + " cells, got " + Arrays.toString(cells));
        }
        rows.add(List.of(cells));
        return this;
    }

    /** Lines no wider than {@code width} where that is possible by turning the table on its side. */
    public List<String> render(int width, Glyphs glyphs) {
        return fits(width, glyphs) ? upright(glyphs) : onItsSide(glyphs);
    }

    /** Whether it can stand upright in this width. */
    public boolean fits(int width, Glyphs glyphs) {
        return upright(glyphs).stream().allMatch(line -> line.length() <= width);
    }

    private List<String> upright(Glyphs glyphs) {
        List<List<String>> headers = headerLines();
        int[] widths = widths(headers);
        List<String> lines = new ArrayList<>();
        headers.forEach(cells -> lines.add(line(cells, widths, glyphs)));
        lines.add(glyphs.rule().repeat(Arrays.stream(widths).sum() + GAP.length() * (widths.length - 1)));
        rows.forEach(cells -> lines.add(line(cells, widths, glyphs)));
        return lines;
    }

    private List<String> onItsSide(Glyphs glyphs) {
        List<String> lines = new ArrayList<>();
        List<String> names = columns.stream()
                .map(column -> glyphs.spell(column.header().replace("\n", " ").strip()))
                .toList();
        int widest = names.stream().mapToInt(String::length).max().orElse(0);
        for (List<String> cells : rows) {
            lines.add(glyphs.spell(cells.get(0)));
            for (int i = 1; i < cells.size(); i++) {
                if (!cells.get(i).isBlank()) {
                    lines.add(GAP + pad(names.get(i), widest, false) + GAP + glyphs.spell(cells.get(i)));
                }
            }
        }
        return lines;
    }

    private List<List<String>> headerLines() {
        int height = columns.stream()
                .mapToInt(column -> (int) column.header().lines().count())
                .max()
                .orElse(0);
        List<List<String>> lines = new ArrayList<>();
        for (int i = 0; i < height; i++) {
            List<String> cells = new ArrayList<>();
            for (Column column : columns) {
                List<String> parts = column.header().lines().toList();
                int index = i - (height - parts.size());
                cells.add(index < 0 ? "" : parts.get(index));
            }
            lines.add(cells);
        }
        return lines;
    }

    private int[] widths(List<List<String>> headers) {
        int[] widths = new int[columns.size()];
        for (List<List<String>> part : List.of(headers, rows)) {
            for (List<String> cells : part) {
                for (int i = 0; i < widths.length; i++) {
                    widths[i] = Math.max(widths[i], cells.get(i).length());
                }
            }
        }
        return widths;
    }

    private String line(List<String> cells, int[] widths, Glyphs glyphs) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            line.append(i == 0 ? "" : GAP)
                    .append(pad(
                            glyphs.spell(cells.get(i)),
                            widths[i],
                            columns.get(i).number()));
        }
        return line.toString().stripTrailing();
    }

    private static String pad(String text, int width, boolean right) {
        String space = " ".repeat(Math.max(0, width - text.length()));
        return right ? space + text : text + space;
    }
}
