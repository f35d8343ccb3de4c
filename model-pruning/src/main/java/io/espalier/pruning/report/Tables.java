package io.espalier.pruning.report;

/** Cells of tables: words to the left, numbers to the right. */
final class Tables {
    private Tables() {}

    /** A head cell of words, then head cells of numbers. */
    static void head(Markup page, String first, String... numbers) {
        wordHead(page, first);
        for (String each : numbers) {
            page.element("th", each, "scope", "col", "class", "number");
        }
    }

    static void wordHead(Markup page, String words) {
        page.element("th", words, "scope", "col");
    }

    static void number(Markup page, String value) {
        page.element("td", value, "class", "number");
    }
}
