package io.espalier.pruning.report;

import java.util.List;
import java.util.stream.Collectors;

/** The steps of the search, one a row. */
final class SearchTable {
    /** More widths than this are folded away. */
    private static final int MANY_WIDTHS = 16;

    private SearchTable() {}

    /** What the search was for, and where it began. */
    static String lead(Report report) {
        int round = report.rounds().size();
        String shares =
                report.isStopped() ? "Shares of what round " + round + " was asked for" : "Shares of the budget";
        String last = report.hasRounds() && !report.isStopped() ? ", in round " + round + ", the last one" : "";
        return shares + last + ". The search begins at "
                + (round > 1 ? "what the round before made" : "the unpruned model")
                + " and aims lower step by step; the last step fills up what room is left.";
    }

    static void draw(Markup page, List<SearchStep> steps) {
        if (steps.isEmpty()) {
            page.element("p", "No search was needed: no step was taken.", "class", "empty");
            return;
        }
        boolean latency = steps.stream().anyMatch(each -> each.p95Micros().isPresent());
        page.open("div", "class", "scroll").open("table");
        page.open("thead").open("tr");
        Tables.head(page, "step", "aimed for", "uses");
        if (latency) {
            page.element("th", "p95 predicted", "scope", "col", "class", "number");
        }
        page.element("th", "channels", "scope", "col", "class", "number");
        Tables.wordHead(page, "width of each group");
        page.close().close().open("tbody");
        for (SearchStep each : steps) {
            page.open("tr").element("th", Integer.toString(each.number()), "scope", "row");
            Tables.number(page, Figures.percent(each.plannedShare()));
            Tables.number(page, Figures.percent(each.usedShare()));
            if (latency) {
                Tables.number(
                        page,
                        each.p95Micros().stream()
                                .mapToObj(Figures::micros)
                                .findFirst()
                                .orElse(Figures.NONE));
            }
            Tables.number(page, Figures.count(each.channels()));
            widths(page, each.widths());
            page.closeLine();
        }
        page.close().close().close();
    }

    private static void widths(Markup page, List<Integer> widths) {
        String all = widths.stream().map(String::valueOf).collect(Collectors.joining(" "));
        page.open("td", "class", "list");
        if (widths.size() > MANY_WIDTHS) {
            page.open("details")
                    .element("summary", widths.size() + " groups")
                    .text(all)
                    .close();
        } else {
            page.text(all);
        }
        page.close();
    }
}
