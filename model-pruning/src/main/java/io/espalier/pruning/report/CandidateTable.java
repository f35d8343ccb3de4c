package io.espalier.pruning.report;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** Everything that was considered, one network a row, with the numbers that the picture leaves out. Folded away. */
final class CandidateTable {
    private CandidateTable() {}

    static void draw(Markup page, List<Candidate> candidates, List<Candidate> front) {
        page.open("details").element("summary", "The same as a table");
        page.open("div", "class", "scroll").open("table");
        page.open("thead").open("tr");
        boolean measured = candidates.stream().anyMatch(each -> each.measured().isPresent());
        List<String> numbers = new ArrayList<>(List.of("p95 predicted"));
        if (measured) {
            numbers.add("p95 measured");
        }
        numbers.addAll(List.of("MACs", "parameters", "size", "as cut", "fitted", "fine-tuned"));
        Tables.head(page, "candidate", numbers.toArray(String[]::new));
        Tables.wordHead(page, "on the front");
        Tables.wordHead(page, "why");
        page.close().close().open("tbody");
        for (Candidate each : candidates) {
            page.open("tr", "class", each.kind() == Candidate.Kind.CHOSEN ? "chosen" : "");
            page.element("th", each.shownName(), "scope", "row");
            Tables.number(
                    page,
                    each.cost().p95Micros() > 0 ? Figures.micros(each.cost().p95Micros()) : Figures.NONE);
            if (measured) {
                Tables.number(
                        page,
                        each.measured()
                                .map(at -> Figures.micros(at.p95Micros()))
                                .orElse(Figures.NONE));
            }
            Tables.number(page, Figures.large(each.cost().macs()));
            Tables.number(page, Figures.count(each.cost().parameters()));
            Tables.number(page, Figures.bytes(each.cost().sizeBytes()));
            Tables.number(page, Figures.percent(each.cutScore()));
            Tables.number(page, percentOrNone(each.fittedScore()));
            Tables.number(page, percentOrNone(each.tunedScore()));
            page.element("td", front.contains(each) ? "yes" : "no");
            page.element("td", each.reason());
            page.closeLine();
        }
        page.close().close().close().close();
    }

    private static String percentOrNone(OptionalDouble share) {
        return share.isPresent() ? Figures.percent(share.getAsDouble()) : Figures.NONE;
    }
}
