package io.espalier.pruning.report;

import io.espalier.pruning.evaluation.ConfusionMatrix;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A confusion matrix as a picture: one row a class that samples were of, one column a class they were taken for, the
 * darker the larger the share of the row.
 */
final class ConfusionFigure {
    /** More classes than this are not drawn; the most frequent mistakes are listed all the same. */
    static final int MOST_CLASSES = 100;
    /** Up to so many classes two pictures fit beside each other. */
    static final int SIDE_BY_SIDE = 24;

    private static final double NARROW = 520;
    private static final double WIDE = 1060;
    private static final double LARGEST_CELL = 42;
    private static final double CELL_WITH_NUMBER = 25;
    private static final int LONGEST_NAME = 16;
    private static final double NAME_FONT = 12;
    private static final double LETTER_OF_FONT = 0.6;

    private final ConfusionMatrix matrix;
    private final Report report;
    private final int classes;
    private final double font;
    private final double gutter;
    private final double cell;
    private final int[] rows;

    private ConfusionFigure(ConfusionMatrix matrix, Report report) {
        this.matrix = matrix;
        this.report = report;
        this.classes = matrix.classes();
        this.rows = matrix.samplesByClass();
        double width = classes <= SIDE_BY_SIDE ? NARROW : WIDE;
        int longest = 1;
        for (int c = 0; c < classes; c++) {
            longest = Math.max(longest, name(c).length());
        }
        double roughCell = Math.min(LARGEST_CELL, width * 0.85 / classes);
        this.font = Math.max(7, Math.min(NAME_FONT, roughCell * 0.9));
        this.gutter = longest * font * LETTER_OF_FONT + 22;
        this.cell = Math.min(LARGEST_CELL, (width - gutter - 8) / classes);
    }

    static void draw(Markup page, String title, ConfusionMatrix matrix, Report report) {
        new ConfusionFigure(matrix, report).drawOn(page, title);
    }

    private void drawOn(Markup page, String title) {
        double side = gutter + classes * cell + 8;
        page.open("figure", "class", classes <= SIDE_BY_SIDE ? "matrix" : "matrix wide");
        page.element("figcaption", title);
        page.open("div", "class", "scroll");
        page.open(
                "svg",
                "viewBox",
                "0 0 " + Markup.number(side) + " " + Markup.number(side),
                "width",
                Markup.number(side),
                "role",
                "img",
                "aria-label",
                inWords(title),
                "font-size",
                Markup.number(font));
        page.element("text", "taken for", "x", Markup.number(gutter), "y", "10", "class", "axis-title small");
        page.element(
                "text",
                "class",
                "x",
                Markup.number(gutter - 6),
                "y",
                Markup.number(gutter - 6),
                "class",
                "axis-title small",
                "text-anchor",
                "end");
        for (int c = 0; c < classes; c++) {
            names(page, c);
        }
        page.shape(
                "rect",
                "x",
                Markup.number(gutter),
                "y",
                Markup.number(gutter),
                "width",
                Markup.number(classes * cell),
                "height",
                Markup.number(classes * cell),
                "class",
                "matrix-back");
        matrix.counts().entrySet().stream()
                .sorted(Comparator.comparingInt((Map.Entry<ConfusionMatrix.Pair, Integer> entry) ->
                                entry.getKey().actual())
                        .thenComparingInt(entry -> entry.getKey().said()))
                .forEach(entry -> cell(page, entry.getKey(), entry.getValue()));
        page.close().close().closeLine();
    }

    private void names(Markup page, int c) {
        double middle = gutter + (c + 0.5) * cell;
        String offset = Markup.number(font * 0.35);
        page.open(
                "text",
                "x",
                Markup.number(gutter - 6),
                "y",
                Markup.number(middle),
                "dy",
                offset,
                "text-anchor",
                "end",
                "class",
                "name");
        page.text(name(c)).close();
        page.open(
                "text",
                "transform",
                "translate(" + Markup.number(middle) + " " + Markup.number(gutter - 6) + ") rotate(-90)",
                "dy",
                offset,
                "class",
                "name");
        page.text(name(c)).close();
    }

    private void cell(Markup page, ConfusionMatrix.Pair pair, int count) {
        double share = (double) count / rows[pair.actual()];
        // Mistakes are small shares; the root makes them visible beside the diagonal.
        double shade = pair.isRight() ? share : Math.sqrt(share);
        double x = gutter + pair.said() * cell;
        double y = gutter + pair.actual() * cell;
        double gap = cell > 12 ? 1 : 0;
        page.shapeWithTitle(
                "rect",
                String.format(
                        Locale.ROOT,
                        "%s taken for %s: %d of %d (%s)",
                        report.className(pair.actual()),
                        report.className(pair.said()),
                        count,
                        rows[pair.actual()],
                        Figures.percent(share)),
                "x",
                Markup.number(x + gap / 2),
                "y",
                Markup.number(y + gap / 2),
                "width",
                Markup.number(cell - gap),
                "height",
                Markup.number(cell - gap),
                "class",
                pair.isRight() ? "right" : "wrong",
                "fill-opacity",
                Markup.number(Math.max(0.06, shade)));
        if (cell >= CELL_WITH_NUMBER) {
            String digits = Integer.toString(count);
            double size = Math.min(12, (cell - 4) / (digits.length() * LETTER_OF_FONT));
            page.element(
                    "text",
                    digits,
                    "x",
                    Markup.number(x + cell / 2),
                    "y",
                    Markup.number(y + cell / 2),
                    "dy",
                    Markup.number(size * 0.35),
                    "text-anchor",
                    "middle",
                    "font-size",
                    Markup.number(size),
                    "class",
                    shade > 0.55 ? "count on-dark" : "count");
        }
    }

    private String name(int c) {
        return Markup.clipped(report.className(c), LONGEST_NAME);
    }

    private String inWords(String title) {
        long right = matrix.counts().entrySet().stream()
                .filter(entry -> entry.getKey().isRight())
                .mapToLong(Map.Entry::getValue)
                .sum();
        long all =
                matrix.counts().values().stream().mapToLong(Integer::longValue).sum();
        List<ConfusionMatrix.Count> mistakes = matrix.mistakes();
        return String.format(
                Locale.ROOT,
                "Confusion matrix, %s: %d of %d samples right.%s",
                title,
                right,
                all,
                mistakes.isEmpty()
                        ? ""
                        : " Most frequent mistake: %s taken for %s, %d times."
                                .formatted(
                                        report.className(mistakes.get(0).actual()),
                                        report.className(mistakes.get(0).said()),
                                        mistakes.get(0).samples()));
    }
}
