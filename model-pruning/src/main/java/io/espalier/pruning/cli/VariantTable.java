package io.espalier.pruning.cli;

import io.espalier.pruning.campaign.Variant;
import io.espalier.pruning.report.Candidate;
import io.espalier.pruning.report.Comparison;
import io.espalier.pruning.report.ComparisonRows;
import io.espalier.pruning.report.Fact;
import io.espalier.pruning.report.Figures;
import io.espalier.pruning.report.LayerWidth;
import io.espalier.pruning.report.Report;
import io.espalier.pruning.report.SearchStep;
import io.espalier.pruning.report.Summary;
import io.espalier.pruning.report.UnprunedFacts;
import io.espalier.terminal.Screen;
import io.espalier.terminal.TextTable;
import io.espalier.terminal.TextTable.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;
import java.util.stream.Collectors;

/** Tells a person at a terminal what came out. */
final class VariantTable {
    private static final int MANY_LAYERS = 40;

    private final Screen screen;
    private final Report report;

    private VariantTable(Screen screen, Report report) {
        this.screen = screen;
        this.report = report;
    }

    /**
     * Prints all of it.
     *
     * @param files that were written, by what they are
     * @param earlier what became of the result of an earlier run
     */
    static void print(Screen screen, Report report, Map<String, String> files, Optional<String> earlier) {
        new VariantTable(screen, report).print(files, earlier);
    }

    private void print(Map<String, String> files, Optional<String> earlier) {
        Summary summary = Summary.of(report);
        report.comparison().ifPresent(comparison -> {
            rounds();
            search();
            candidates();
            kept();
            comparison(comparison);
        });
        unpruned();
        screen.say("");
        screen.strong(summary.headline());
        wrapped("", summary.detail());
        if (!files.isEmpty()) {
            heading("Files");
            int longest = files.keySet().stream().mapToInt(String::length).max().orElse(0);
            files.forEach(
                    (what, where) -> screen.say("  " + what + " ".repeat(longest - what.length()) + "  " + where));
        }
        earlier.ifPresent(each -> wrapped("  ", each));
        if (!summary.next().isEmpty()) {
            heading("Next");
            summary.next().forEach(each -> wrapped("  · ", each));
        }
    }

    private void rounds() {
        if (!report.hasRounds()) {
            return;
        }
        heading("Rounds, " + report.measure() + " on held-out training samples");
        TextTable full = rounds(true);
        show(fits(full) ? full : rounds(false));
    }

    private TextTable rounds(boolean withChosen) {
        boolean latency = report.rounds().stream().anyMatch(each -> each.cost().p95Micros() > 0);
        List<Column> columns = new ArrayList<>(List.of(Column.numbers("round"), Column.numbers("epochs")));
        if (latency) {
            columns.add(Column.numbers("p95"));
        }
        columns.addAll(List.of(
                Column.numbers("MACs"),
                Column.numbers("size"),
                Column.numbers("cut and fitted"),
                Column.numbers("trained")));
        if (withChosen) {
            columns.add(Column.words("chosen"));
        }
        TextTable table = new TextTable(columns);
        for (Variant.Round each : report.rounds()) {
            List<String> cells =
                    new ArrayList<>(List.of(Integer.toString(each.number()), Integer.toString(each.epochs())));
            if (latency) {
                cells.add(Figures.micros(each.cost().p95Micros()));
            }
            cells.add(Figures.large(each.cost().macs()));
            cells.add(Figures.bytes(each.cost().sizeBytes()));
            cells.add(Figures.percent(each.cutScore()));
            cells.add(Figures.percent(each.trainedScore()));
            if (withChosen) {
                cells.add(each.chosen());
            }
            table.row(cells.toArray(String[]::new));
        }
        return table;
    }

    private void search() {
        if (report.search().isEmpty()) {
            return;
        }
        heading("Search for widths" + ofRound() + ", in shares of "
                + (report.isStopped() ? "what that was asked for" : "the budget"));
        TextTable widthless = search(false);
        TextTable full = search(true);
        show(fits(full) ? full : widthless);
    }

    private TextTable search(boolean withWidths) {
        boolean latency =
                report.search().stream().anyMatch(each -> each.p95Micros().isPresent());
        List<Column> columns =
                new ArrayList<>(List.of(Column.numbers("step"), Column.numbers("aimed for"), Column.numbers("uses")));
        if (latency) {
            columns.add(Column.numbers("p95"));
        }
        columns.add(Column.numbers("channels"));
        if (withWidths) {
            columns.add(Column.words("widths"));
        }
        TextTable table = new TextTable(columns);
        for (SearchStep each : report.search()) {
            List<String> cells = new ArrayList<>(List.of(
                    Integer.toString(each.number()),
                    Figures.percent(each.plannedShare()),
                    Figures.percent(each.usedShare())));
            if (latency) {
                cells.add(orNone(each.p95Micros(), Figures::micros));
            }
            cells.add(Figures.count(each.channels()));
            if (withWidths) {
                cells.add(each.widths().stream().map(String::valueOf).collect(Collectors.joining(" ")));
            }
            table.row(cells.toArray(String[]::new));
        }
        return table;
    }

    private void candidates() {
        heading("Candidates" + ofRound() + ", " + report.measure() + " on held-out training samples");
        TextTable full = candidates(true);
        show(fits(full) ? full : candidates(false));
    }

    private TextTable candidates(boolean withReason) {
        boolean latency =
                report.candidates().stream().anyMatch(each -> each.cost().p95Micros() > 0);
        boolean measured =
                report.candidates().stream().anyMatch(each -> each.measured().isPresent());
        List<Column> columns = new ArrayList<>(List.of(Column.words("")));
        if (latency) {
            columns.add(Column.numbers("p95"));
        }
        if (measured) {
            columns.add(Column.numbers("measured"));
        }
        columns.addAll(List.of(
                Column.numbers("MACs"),
                Column.numbers("size"),
                Column.numbers("as cut"),
                Column.numbers("fitted"),
                Column.numbers("fine-tuned")));
        if (withReason) {
            columns.add(Column.words("why"));
        }
        TextTable table = new TextTable(columns);
        for (Candidate each : report.candidates()) {
            List<String> cells =
                    new ArrayList<>(List.of((each.kind() == Candidate.Kind.CHOSEN ? "> " : "  ") + each.shownName()));
            if (latency) {
                cells.add(Figures.micros(each.cost().p95Micros()));
            }
            if (measured) {
                cells.add(each.measured()
                        .map(at -> Figures.micros(at.p95Micros()))
                        .orElse(Figures.NONE));
            }
            cells.add(Figures.large(each.cost().macs()));
            cells.add(Figures.bytes(each.cost().sizeBytes()));
            cells.add(Figures.percent(each.cutScore()));
            cells.add(orNone(each.fittedScore(), Figures::percent));
            cells.add(orNone(each.tunedScore(), Figures::percent));
            if (withReason) {
                cells.add(each.reason());
            }
            table.row(cells.toArray(String[]::new));
        }
        return table;
    }

    private void kept() {
        List<LayerWidth> layers = report.layers();
        int kept = layers.stream().mapToInt(LayerWidth::kept).sum();
        int of = layers.stream().mapToInt(LayerWidth::of).sum();
        heading("Kept channels: " + Figures.count(kept) + " of " + Figures.count(of));
        String all = layers.stream()
                .limit(MANY_LAYERS)
                .map(each -> each.layer() + " " + each.kept() + "/" + each.of())
                .collect(Collectors.joining(", "));
        wrapped("  ", all + (layers.size() > MANY_LAYERS ? ", … " + (layers.size() - MANY_LAYERS) + " more" : ""));
    }

    private void comparison(Comparison comparison) {
        heading("Before and after, on "
                + Figures.count(comparison.after().quality().samples()) + " test samples");
        TextTable table = new TextTable(List.of(
                Column.words(""),
                Column.numbers("unpruned"),
                Column.numbers("as pruned"),
                Column.numbers(comparison.recovered()),
                Column.numbers("change")));
        for (ComparisonRows.Row row : ComparisonRows.of(comparison)) {
            table.row(row.quantity(), row.before(), row.pruned(), row.after(), row.change());
        }
        show(table);
        comparison.stopped().ifPresent(stopped -> wrapped("  ", stopped.note()));
        comparison.note().ifPresent(note -> wrapped("  ", "The variant was " + note + "."));
        comparison
                .drawnByLot()
                .ifPresent(random -> wrapped(
                        "  ",
                        "With channels drawn by lot at the same widths, not fine-tuned: " + Figures.percent(random)
                                + "."));
    }

    private void unpruned() {
        List<Fact> facts = UnprunedFacts.of(report);
        if (facts.isEmpty()) {
            return;
        }
        heading("The unpruned model");
        TextTable table = new TextTable(List.of(Column.words(""), Column.numbers("")));
        facts.forEach(fact -> table.row(fact.name(), fact.value()));
        show(table);
    }

    /** Which of several rounds is told of. */
    private String ofRound() {
        return report.hasRounds() ? " in round " + report.rounds().size() : "";
    }

    private void heading(String words) {
        screen.say("");
        screen.strong(words);
    }

    private boolean fits(TextTable table) {
        return table.fits(room(), screen.glyphs());
    }

    private void show(TextTable table) {
        table.render(room(), screen.glyphs()).forEach(line -> screen.say("  " + line));
    }

    private int room() {
        return screen.width() - 2;
    }

    /** Breaks a text between words; what follows the first line is indented as far as the first. */
    private void wrapped(String start, String text) {
        StringBuilder line = new StringBuilder(start);
        String indent = " ".repeat(start.length());
        for (String word : text.split(" ", -1)) {
            boolean begins = line.toString().isBlank() || line.toString().equals(start);
            if (!begins && line.length() + 1 + word.length() > screen.width()) {
                screen.say(line.toString());
                line = new StringBuilder(indent);
                begins = true;
            }
            line.append(begins ? "" : " ").append(word);
        }
        if (!line.toString().isBlank()) {
            screen.say(line.toString());
        }
    }

    private static String orNone(OptionalDouble value, DoubleFunction<String> format) {
        return value.isPresent() ? format.apply(value.getAsDouble()) : Figures.NONE;
    }
}
