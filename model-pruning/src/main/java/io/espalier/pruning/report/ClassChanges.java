package io.espalier.pruning.report;

import io.espalier.pruning.evaluation.ConfusionMatrix;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What pruning did to the accuracy of every class, the greatest loss first. */
final class ClassChanges {
    /** More classes than this stand in two columns. */
    private static final int TALL = 16;

    private ClassChanges() {}

    /** Recall of one class. */
    record Change(int index, int samples, double before, double after) {
        double gain() {
            return after - before;
        }
    }

    static List<Change> of(ConfusionMatrix before, ConfusionMatrix after) {
        int[] samples = before.samplesByClass();
        List<Change> changes = new ArrayList<>();
        for (int c = 0; c < samples.length; c++) {
            if (samples[c] > 0) {
                changes.add(new Change(
                        c,
                        samples[c],
                        before.recall(c).orElse(0),
                        after.recall(c).orElse(0)));
            }
        }
        changes.sort(Comparator.comparingDouble(Change::gain).thenComparingInt(Change::index));
        return changes;
    }

    static void draw(Markup page, Report report, List<Change> changes) {
        double largest = changes.stream()
                .mapToDouble(each -> Math.abs(each.gain()))
                .max()
                .orElse(0);
        page.open("div", "class", "columns");
        int half = changes.size() > TALL ? (changes.size() + 1) / 2 : Math.max(1, changes.size());
        for (int from = 0; from < changes.size(); from += half) {
            table(page, report, changes.subList(from, Math.min(changes.size(), from + half)), largest);
        }
        page.close();
    }

    private static void table(Markup page, Report report, List<Change> changes, double largest) {
        page.open("table", "class", "changes").open("thead").open("tr");
        Tables.head(page, "class", "samples", "before", "after", "points");
        page.element("th", "change", "scope", "col", "class", "middle");
        page.close().close().open("tbody");
        for (Change each : changes) {
            String name = report.className(each.index());
            page.open("tr")
                    .open("th", "scope", "row", "title", name)
                    .text(Markup.clipped(name, 24))
                    .close();
            Tables.number(page, Figures.count(each.samples()));
            Tables.number(page, Figures.percent(each.before()));
            Tables.number(page, Figures.percent(each.after()));
            Tables.number(page, Figures.points(each.gain()));
            page.open("td", "class", "swing");
            double half = largest > 0 ? 50 * Math.abs(each.gain()) / largest : 0;
            page.open(
                            "span",
                            "class",
                            each.gain() < 0 ? "loss" : "gain",
                            "style",
                            "left:" + Markup.number(each.gain() < 0 ? 50 - half : 50) + "%;width:" + Markup.number(half)
                                    + "%")
                    .close();
            page.close().closeLine();
        }
        page.close().close();
    }
}
