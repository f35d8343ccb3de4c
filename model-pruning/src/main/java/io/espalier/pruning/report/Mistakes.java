package io.espalier.pruning.report;

import io.espalier.pruning.evaluation.ConfusionMatrix;
import java.util.List;

/** The mistakes the variant makes most often, with how often the unpruned model made them. */
final class Mistakes {
    private static final int LISTED = 10;

    private Mistakes() {}

    static void draw(Markup page, Report report, ConfusionMatrix before, ConfusionMatrix after) {
        List<ConfusionMatrix.Count> mistakes = after.mistakes();
        if (mistakes.isEmpty()) {
            page.element("p", "The variant makes no mistake on the test samples.", "class", "empty");
            return;
        }
        int[] rows = after.samplesByClass();
        page.open("div", "class", "scroll").open("table");
        page.element("caption", "Most frequent mistakes of the variant")
                .open("thead")
                .open("tr");
        Tables.wordHead(page, "class");
        Tables.head(page, "taken for", "before", "after", "share of the class");
        page.close().close().open("tbody");
        for (ConfusionMatrix.Count each : mistakes.subList(0, Math.min(LISTED, mistakes.size()))) {
            page.open("tr").element("th", report.className(each.actual()), "scope", "row");
            page.element("td", report.className(each.said()));
            Tables.number(page, Figures.count(before.count(each.actual(), each.said())));
            Tables.number(page, Figures.count(each.samples()));
            Tables.number(page, Figures.percent((double) each.samples() / rows[each.actual()]));
            page.closeLine();
        }
        page.close().close().close();
    }
}
