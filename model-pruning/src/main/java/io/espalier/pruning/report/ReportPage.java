package io.espalier.pruning.report;

import io.espalier.pruning.allocation.Cost;
import io.espalier.pruning.campaign.Stop;
import io.espalier.pruning.evaluation.Agreement;
import io.espalier.pruning.evaluation.ConfusionMatrix;
import io.espalier.pruning.evaluation.Evaluation;
import io.espalier.pruning.evaluation.Quality;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A report as one HTML page that needs nothing else: no network, no script, both colour schemes, readable without
 * pictures. The same report gives the same bytes.
 */
public final class ReportPage {
    private static final String STYLE = "report.css";
    /** Even if a name found a way through, nothing on the page may run or be fetched. */
    private static final String POLICY = "default-src 'none'; style-src 'unsafe-inline'";

    /** An option of the command line, with its number where one follows. */
    private static final Pattern OPTION = Pattern.compile("--[a-z]+(?:-[a-z]+)*(?: [0-9](?:[0-9.,]*[0-9])?)?");

    private final Report report;
    private final Summary summary;
    private final Markup page = new Markup();

    private ReportPage(Report report) {
        this.report = report;
        this.summary = Summary.of(report);
    }

    /** The page as UTF-8. */
    public static byte[] bytes(Report report) {
        return new ReportPage(report).write().getBytes(StandardCharsets.UTF_8);
    }

    private String write() {
        page.trusted("<!DOCTYPE html>\n").open("html", "lang", "en").open("head");
        page.shape("meta", "charset", "utf-8");
        page.shape("meta", "http-equiv", "Content-Security-Policy", "content", POLICY);
        page.shape("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        page.shape("meta", "name", "color-scheme", "content", "light dark");
        page.element("title", report.asked().model() + " pruned").open("style").trusted(style());
        page.close().close().trusted("\n").open("body").open("main");
        header();
        verdict();
        asked();
        report.comparison().ifPresent(this::comparison);
        List<Fact> unpruned = UnprunedFacts.of(report);
        if (!unpruned.isEmpty()) {
            unpruned(unpruned);
        }
        if (report.verdict() instanceof Verdict.TooMuchLost lost) {
            trained(lost.stop());
        }
        if (report.hasRounds()) {
            section("rounds", "The rounds");
            page.element(
                    "p",
                    "Each round cuts what the one before made and trains it. "
                            + Figures.capital(report.measure())
                            + " on samples held out of the training data.",
                    "class",
                    "lead");
            RoundsTable.draw(page, report.rounds());
            page.closeLine();
        }
        if (!report.candidates().isEmpty()) {
            section(
                    "candidates",
                    Figures.capital(report.measure()) + " against "
                            + Price.suiting(report.candidates()).word());
            page.element(
                    "p",
                    Figures.capital(report.measure())
                            + " on samples held out of the training data, to choose by."
                            + (report.rounds().size() > 1
                                    ? " The candidates are of round "
                                            + report.rounds().size()
                                            + ", the last one; of each round before, what it made."
                                    : "")
                            + " The test samples above were"
                            + " looked at only once, for "
                            + (report.hasRounds()
                                    ? "the finished variant of each round, and nothing was chosen by them."
                                    : "the finished variant."),
                    "class",
                    "lead");
            ScatterPlot.draw(page, report);
            page.closeLine();
        }
        if (!report.layers().isEmpty()) {
            section("layers", report.comparison().isPresent() ? "Kept channels" : "The model's layers");
            WidthBars.draw(page, report.layers());
            page.closeLine();
        }
        if (report.comparison().isPresent()) {
            section("search", "How the widths were found");
            page.element("p", SearchTable.lead(report), "class", "lead");
            SearchTable.draw(page, report.search());
            page.closeLine();
            if (report.comparison().get().before().quality() instanceof Evaluation before
                    && report.comparison().get().after().quality() instanceof Evaluation after) {
                classes(before.confusion(), after.confusion());
            }
        }
        provenance();
        page.close().close().close();
        return page.toString();
    }

    private void section(String id, String title) {
        page.open("section", "aria-labelledby", id)
                .element("h2", title, "id", id)
                .trusted("\n");
    }

    private void header() {
        page.open("header").open("svg", "viewBox", "0 0 32 32", "class", "logo", "aria-hidden", "true");
        page.shape("path", "d", "M16 30V6M16 12H5M16 12H27M16 20H3M16 20H29M5 12V7M27 12V7M3 20V14M29 20V14");
        page.close().open("div").element("h1", report.asked().model());
        page.element("p", "Pruning report").close().closeLine();
    }

    private void verdict() {
        page.open("section", "class", "verdict " + summary.level().name().toLowerCase(Locale.ROOT), "role", "status");
        page.element("h2", summary.headline());
        if (!summary.detail().isEmpty()) {
            for (String line : summary.detail().lines().toList()) {
                sentence("p", line);
            }
        }
        if (!summary.next().isEmpty()) {
            page.open("ul", "aria-label", "What to do next");
            summary.next().forEach(each -> sentence("li", each));
            page.close();
        }
        page.closeLine();
        report.comparison().ifPresent(this::tiles);
    }

    /** A sentence whose options are shown as they are typed, each in one piece. */
    private void sentence(String element, String text) {
        page.open(element);
        Matcher option = OPTION.matcher(text);
        int from = 0;
        while (option.find()) {
            page.text(text.substring(from, option.start())).element("code", option.group());
            from = option.end();
        }
        page.text(text.substring(from)).close();
    }

    private void tiles(Comparison comparison) {
        String cost = comparison.after().measured().isPresent()
                ? "latency p95, measured"
                : comparison.after().hasLatency() ? "latency p95, predicted" : "peak memory";
        List<String> shown = List.of(report.measure(), cost, "size of the file", "multiply-accumulates");
        page.open("ul", "class", "tiles");
        ComparisonRows.of(comparison).stream()
                .filter(row -> shown.contains(row.quantity()))
                .forEach(row -> {
                    page.open("li").element("span", row.quantity(), "class", "what");
                    page.element("strong", row.after());
                    page.open("span", "class", "was")
                            .text("was " + row.before() + "  ")
                            .element("span", row.change(), "class", trend(row))
                            .close();
                    page.close();
                });
        page.closeLine();
    }

    private void asked() {
        section("asked", "What was asked");
        page.open("dl").element("dt", "model").element("dd", report.asked().model());
        page.element("dt", "data").element("dd", report.asked().data());
        if (!report.asked().device().isEmpty()) {
            page.element("dt", "timings").element("dd", report.asked().device());
        }
        page.close();
        if (report.asked().limits().isEmpty()) {
            page.closeLine();
            return;
        }
        page.open("div", "class", "scroll").open("table").open("thead").open("tr");
        Tables.head(page, "limit", "asked for", "at most", "the unpruned model", "the variant");
        Tables.wordHead(page, "kept");
        page.close().close().open("tbody");
        report.asked().limits().forEach(this::limit);
        page.close().close().close().closeLine();
    }

    private void limit(Limit limit) {
        page.open("tr").element("th", limit.quantity().words(), "scope", "row");
        Tables.number(page, limit.asWritten());
        Tables.number(page, limit.formatted());
        Optional<Comparison> made = report.comparison();
        if (made.isPresent()) {
            Measures after = made.get().after();
            boolean measured = limit.measuredOf(after).isPresent();
            Tables.number(page, of(limit, made.get().before(), measured));
            Tables.number(page, of(limit, after, measured));
            boolean kept = limit.isKeptBy(after);
            page.element("td", kept ? "yes" : "no", "class", kept ? "better" : "worse");
        } else {
            Tables.number(
                    page, report.unpruned().map(each -> predicted(limit, each)).orElse(Figures.NONE));
            Tables.number(page, Figures.NONE);
            page.element("td", Figures.NONE);
        }
        page.close();
    }

    /** @param measured whether it was measured what the variant takes: else predictions are compared */
    private static String of(Limit limit, Measures measures, boolean measured) {
        String predicted = predicted(limit, measures.predicted());
        OptionalDouble known = measured ? limit.measuredOf(measures) : OptionalDouble.empty();
        return known.isPresent()
                ? limit.quantity().format(known.getAsDouble()) + " measured, " + predicted + " predicted"
                : predicted;
    }

    private static String predicted(Limit limit, Cost cost) {
        return limit.quantity().format(limit.quantity().of(cost));
    }

    private void unpruned(List<Fact> facts) {
        section("unpruned", "The unpruned model");
        page.open("dl");
        facts.forEach(fact -> page.element("dt", fact.name()).element("dd", fact.value()));
        page.close().closeLine();
    }

    /** The one round that there was. */
    private void trained(Stop.TooMuchLost stop) {
        section("trained", "What was trained");
        page.element("p", "On the samples to choose by. No variant was kept.", "class", "lead");
        page.open("div", "class", "scroll").open("table").open("thead").open("tr");
        Tables.head(page, "round", "unpruned", "cut and trained", "lost", "may be lost");
        page.close().close().open("tbody").open("tr");
        page.element("th", stop.round() + " of " + stop.of(), "scope", "row");
        Tables.number(page, Figures.percent(stop.unprunedScore()));
        Tables.number(page, Figures.percent(stop.score()));
        Tables.number(page, Figures.points(stop.unprunedScore() - stop.score()).replace("+", "") + " points");
        Tables.number(page, Figures.points(stop.mostLost()).replace("+", "") + " points");
        page.close().close().close().close().closeLine();
    }

    private void comparison(Comparison comparison) {
        section("comparison", "Before and after");
        page.element("p", lead(comparison.after().quality()), "class", "lead");
        page.open("div", "class", "scroll").open("table").open("thead").open("tr");
        Tables.head(page, "", "unpruned", "as pruned", comparison.recovered(), "change");
        page.close().close().open("tbody");
        for (ComparisonRows.Row row : ComparisonRows.of(comparison)) {
            page.open("tr").element("th", row.quantity(), "scope", "row");
            Tables.number(page, row.before());
            Tables.number(page, row.pruned());
            Tables.number(page, row.after());
            page.element("td", row.change(), "class", "number " + trend(row)).closeLine();
        }
        page.close().close().close();
        comparison.stopped().ifPresent(stopped -> page.element("p", stopped.note(), "class", "note"));
        comparison.note().ifPresent(note -> page.element("p", "The variant was " + note + ".", "class", "note"));
        comparison
                .drawnByLot()
                .ifPresent(random -> page.element(
                        "p",
                        "With channels drawn by lot at the same widths, not fine-tuned: " + Figures.percent(random)
                                + ".",
                        "class",
                        "note"));
        page.closeLine();
    }

    private static String lead(Quality quality) {
        String samples = " on " + Figures.count(quality.samples()) + " test samples.";
        return quality instanceof Agreement
                ? "How near the outputs are to the unpruned model's" + samples
                        + " R² is the share of their variation that is explained."
                : "Accuracy, macro-F1 and loss" + samples;
    }

    private void classes(ConfusionMatrix before, ConfusionMatrix after) {
        section("confusion", "Confusion before and after");
        if (after.classes() > ConfusionFigure.MOST_CLASSES) {
            page.element(
                    "p",
                    Figures.count(after.classes())
                            + " classes are too many to draw; the most frequent mistakes follow.",
                    "class",
                    "empty");
        } else {
            page.element(
                    "p",
                    "Rows are what the samples were, columns what they were taken for. Right answers are on the"
                            + " diagonal.",
                    "class",
                    "lead");
            page.open("div", "class", "pair");
            ConfusionFigure.draw(page, "The unpruned model", before, report);
            ConfusionFigure.draw(page, "The variant", after, report);
            page.close();
        }
        Mistakes.draw(page, report, before, after);
        page.closeLine();
        section("changes", "Accuracy of every class");
        ClassChanges.draw(page, report, ClassChanges.of(before, after));
        page.closeLine();
    }

    private void provenance() {
        if (report.provenance().isEmpty()) {
            return;
        }
        section("provenance", "Provenance");
        page.open("dl", "class", "facts");
        for (Fact fact : report.provenance()) {
            page.element("dt", fact.name()).open("dd");
            if (fact.exact()) {
                page.element("code", fact.value());
            } else {
                page.text(fact.value());
            }
            page.close();
        }
        page.close().closeLine();
    }

    private static String trend(ComparisonRows.Row row) {
        return row.trend().name().toLowerCase(Locale.ROOT);
    }

    private static String style() {
        try (InputStream css = ReportPage.class.getResourceAsStream(STYLE)) {
            if (css == null) {
                throw new IllegalStateException(STYLE + " is missing from the program");
            }
            return new String(css.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + STYLE + " from the program", e);
        }
    }
}
