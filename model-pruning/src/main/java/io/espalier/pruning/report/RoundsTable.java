package io.espalier.pruning.report;

import io.espalier.pruning.campaign.Variant;
import java.util.ArrayList;
import java.util.List;

/** The rounds of a campaign, one a row. */
final class RoundsTable {
    private RoundsTable() {}

    static void draw(Markup page, List<Variant.Round> rounds) {
        boolean latency = rounds.stream().anyMatch(each -> each.cost().p95Micros() > 0);
        List<String> numbers = new ArrayList<>(List.of("epochs"));
        if (latency) {
            numbers.add("p95 predicted");
        }
        numbers.addAll(List.of("MACs", "size", "cut and fitted", "trained"));
        page.open("div", "class", "scroll").open("table").open("thead").open("tr");
        Tables.head(page, "round", numbers.toArray(String[]::new));
        Tables.wordHead(page, "chosen");
        page.close().close().open("tbody");
        for (Variant.Round each : rounds) {
            page.open("tr").element("th", Integer.toString(each.number()), "scope", "row");
            Tables.number(page, Integer.toString(each.epochs()));
            if (latency) {
                Tables.number(page, Figures.micros(each.cost().p95Micros()));
            }
            Tables.number(page, Figures.large(each.cost().macs()));
            Tables.number(page, Figures.bytes(each.cost().sizeBytes()));
            Tables.number(page, Figures.percent(each.cutScore()));
            Tables.number(page, Figures.percent(each.trainedScore()));
            page.element("td", chosen(each));
            page.closeLine();
        }
        page.close().close().close();
    }

    private static String chosen(Variant.Round round) {
        return round.chosen()
                + round.before()
                        .map(tried -> ", after " + tried.contender() + ", which came to "
                                + Figures.percent(tried.trainedScore()))
                        .orElse("");
    }
}
