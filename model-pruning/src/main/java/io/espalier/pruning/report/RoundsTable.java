package io.espalier.pruning.report;

import java.util.List;
import java.util.stream.Collectors;

/** The steps of the search, one a row; columns that no round fills are left out. */
final class RoundsTable {
    /** More widths than this are folded away. */
    private static final int MANY_WIDTHS = 16;

    private RoundsTable() {}

    static void draw(Markup page, List<Round> rounds) {
        if (rounds.isEmpty()) {
            page.element("p", "No search was needed: no step was taken.", "class", "empty");
            return;
        }
        boolean latency = rounds.stream().anyMatch(each -> each.p95Micros().isPresent());
        boolean scores = rounds.stream().anyMatch(each -> each.score().isPresent());
        page.open("div", "class", "scroll").open("table");
        page.open("thead").open("tr");
        Tables.head(page, "step", "aimed for", "uses");
        if (latency) {
            page.element("th", "p95 predicted", "scope", "col", "class", "number");
        }
        if (scores) {
            page.element("th", "accuracy", "scope", "col", "class", "number");
        }
        page.element("th", "channels", "scope", "col", "class", "number");
        Tables.wordHead(page, "width of each group");
        page.close().close().open("tbody");
        for (Round each : rounds) {
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
            if (scores) {
                Tables.number(
                        page,
                        each.score().stream()
                                .mapToObj(Figures::percent)
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
