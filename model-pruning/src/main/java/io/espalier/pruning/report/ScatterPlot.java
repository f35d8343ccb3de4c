package io.espalier.pruning.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Quality against latency of everything that was considered, with the front of those that nothing beats. Circles are
 * hollow before fine-tuning and full after it; the unpruned network is a diamond, the chosen one has a ring.
 */
final class ScatterPlot {
    private static final double WIDTH = 860;
    private static final double HEIGHT = 434;
    private static final double LEFT = 62;
    private static final double RIGHT = 24;
    private static final double TOP = 40;
    private static final double BOTTOM = 56;
    private static final double PLOT_WIDTH = WIDTH - LEFT - RIGHT;
    private static final double PLOT_HEIGHT = HEIGHT - TOP - BOTTOM;
    private static final double LEAST_SPAN = 4;
    /** With more points than this only those on the front have their names beside them. */
    private static final int FEW_POINTS = 14;

    private static final int LONGEST_LABEL = 44;
    private static final double BUDGET_ABOVE = 6;

    private final String measure;
    private final List<Candidate> candidates;
    private final List<Candidate> front;
    private final Price price;
    private final Optional<Limit> limit;
    private final Axis across;
    private final Axis up;

    private ScatterPlot(String measure, List<Candidate> candidates, List<Limit> limits) {
        this.measure = measure;
        this.candidates = candidates;
        this.price = Price.suiting(candidates);
        this.front = ParetoFront.of(candidates, price::of);
        this.limit = limits.stream()
                .filter(each -> each.quantity() == price.quantity())
                .findFirst();
        double dearest = candidates.stream().mapToDouble(price::of).max().orElse(1);
        double bound = limit.map(each -> price.inUnit(each.most())).orElse(0.0);
        this.across = Axis.covering(0, Math.max(dearest, bound) * 1.04, PLOT_WIDTH);
        this.up = scoreAxis();
    }

    static void draw(Markup page, Report report) {
        if (report.candidates().isEmpty()) {
            page.element("p", "Nothing was considered, so there is nothing to draw.", "class", "empty");
            return;
        }
        ScatterPlot plot = new ScatterPlot(
                report.measure(), report.choices(), report.asked().limits());
        plot.drawOn(page);
        CandidateTable.draw(page, report.candidates(), plot.front);
    }

    private Axis scoreAxis() {
        double least = 100;
        double most = 0;
        for (Candidate each : candidates) {
            least = Math.min(least, Math.max(0, 100 * Math.min(each.score(), each.standing())));
            most = Math.max(most, 100 * Math.max(each.score(), each.standing()));
        }
        double missing = Math.max(0, LEAST_SPAN - (most - least)) / 2;
        double room = Math.max(0.04 * (most - least), 0);
        return Axis.covering(least - missing - room, most + missing + room, PLOT_HEIGHT)
                .within(0, 100);
    }

    private void drawOn(Markup page) {
        page.open("div", "class", "scroll");
        page.open(
                "svg",
                "viewBox",
                "0 0 " + Markup.number(WIDTH) + " " + Markup.number(HEIGHT),
                "role",
                "img",
                "class",
                "plot",
                "aria-labelledby",
                "scatter-title scatter-words");
        page.element("title", Figures.capital(measure) + " against " + price.word(), "id", "scatter-title");
        page.element("desc", inWords(), "id", "scatter-words");
        page.open("g", "transform", "translate(" + Markup.number(LEFT) + " " + Markup.number(TOP) + ")");
        drawBudget(page);
        drawAxes(page);
        drawFront(page);
        candidates.stream()
                .sorted(Comparator.comparing(Candidate::kind).reversed())
                .forEach(each -> point(page, each));
        drawLabels(page);
        page.close().close().close();
        drawLegend(page);
    }

    private void drawBudget(Markup page) {
        if (limit.isEmpty()) {
            return;
        }
        double x = across.position(price.inUnit(limit.get().most()));
        page.shape(
                "rect",
                "x",
                Markup.number(x),
                "y",
                "0",
                "width",
                Markup.number(Math.max(0, PLOT_WIDTH - x)),
                "height",
                Markup.number(PLOT_HEIGHT),
                "class",
                "over");
        line(page, x, -BUDGET_ABOVE, x, PLOT_HEIGHT, "budget");
        boolean before = x > PLOT_WIDTH - 130;
        page.element(
                "text",
                "budget " + limit.get().formatted(),
                "x",
                Markup.number(before ? x - 6 : x + 6),
                "y",
                "-9",
                "class",
                "budget-label",
                "text-anchor",
                before ? "end" : "start");
    }

    private void drawAxes(Markup page) {
        for (double tick : up.ticks()) {
            double y = PLOT_HEIGHT - up.position(tick);
            line(page, 0, y, PLOT_WIDTH, y, "grid");
            page.element(
                    "text",
                    up.label(tick),
                    "x",
                    "-10",
                    "y",
                    Markup.number(y + 4),
                    "class",
                    "tick",
                    "text-anchor",
                    "end");
        }
        for (double tick : across.ticks()) {
            double x = across.position(tick);
            line(page, x, PLOT_HEIGHT, x, PLOT_HEIGHT + 5, "axis");
            page.element(
                    "text",
                    across.label(tick),
                    "x",
                    Markup.number(x),
                    "y",
                    Markup.number(PLOT_HEIGHT + 20),
                    "class",
                    "tick",
                    "text-anchor",
                    "middle");
        }
        line(page, 0, PLOT_HEIGHT, PLOT_WIDTH, PLOT_HEIGHT, "axis");
        page.element(
                "text",
                price.title(),
                "x",
                Markup.number(PLOT_WIDTH / 2),
                "y",
                Markup.number(PLOT_HEIGHT + 44),
                "class",
                "axis-title",
                "text-anchor",
                "middle");
        page.element("text", measure + " (%)", "x", Markup.number(-LEFT + 4), "y", "-24", "class", "axis-title");
    }

    private void drawFront(Markup page) {
        StringBuilder path = new StringBuilder();
        for (Candidate each : front) {
            double x = across.position(price.of(each));
            double y = height(each.standing());
            if (path.isEmpty()) {
                path.append("M").append(Markup.number(x)).append(' ').append(Markup.number(y));
            } else {
                path.append("H").append(Markup.number(x)).append("V").append(Markup.number(y));
            }
        }
        path.append("H").append(Markup.number(PLOT_WIDTH));
        page.shape("path", "d", path.toString(), "class", "front");
    }

    private void point(Markup page, Candidate each) {
        double x = across.position(price.of(each));
        double y = height(each.standing());
        if (each.tunedScore().isPresent()) {
            line(page, x, height(each.score()), x, y, "tuning");
            circle(page, x, height(each.score()), 5, "point before", each.shownName() + " before fine-tuning");
        }
        String words = each.shownName() + ": " + Figures.percent(each.standing()) + " at "
                + price.quantity().format(price.quantity().of(each.cost()));
        switch (each.kind()) {
            case DENSE ->
                page.shapeWithTitle(
                        "path",
                        words,
                        "d",
                        "M" + Markup.number(x) + " " + Markup.number(y - 8) + "l8 8l-8 8l-8 -8z",
                        "class",
                        "point dense");
            case CHOSEN -> {
                circle(page, x, y, 10, "ring", words);
                circle(
                        page,
                        x,
                        y,
                        6,
                        each.tunedScore().isPresent() ? "point tuned chosen" : "point before chosen",
                        words);
            }
            case OTHER -> circle(page, x, y, 5, each.tunedScore().isPresent() ? "point tuned" : "point before", words);
        }
    }

    /** The names that find a place; the others are in the points' tooltips and in the table. */
    private void drawLabels(Markup page) {
        Labels labels = new Labels(PLOT_WIDTH, PLOT_HEIGHT);
        keepLinesClear(labels);
        for (Candidate each : candidates) {
            double x = across.position(price.of(each));
            labels.avoid(x, height(each.standing()), each.kind() == Candidate.Kind.CHOSEN ? 11 : 7);
            if (each.tunedScore().isPresent()) {
                labels.avoid(x, height(each.score()), 7);
            }
        }
        List<Candidate> order = new ArrayList<>(candidates);
        order.sort(Comparator.comparing((Candidate each) -> each.kind() == Candidate.Kind.OTHER)
                .thenComparing(each -> !front.contains(each)));
        for (Candidate each : order) {
            boolean marked = each.kind() != Candidate.Kind.OTHER;
            if (!marked && candidates.size() > FEW_POINTS && !front.contains(each)) {
                continue;
            }
            String word = Markup.clipped(each.shownName(), LONGEST_LABEL);
            labels.beside(across.position(price.of(each)), height(each.standing()), word, marked)
                    .ifPresent(place -> page.element(
                            "text",
                            word,
                            "x",
                            Markup.number(place.x()),
                            "y",
                            Markup.number(place.y()),
                            "class",
                            marked ? "label strong" : "label",
                            "text-anchor",
                            place.anchor().name().toLowerCase(Locale.ROOT)));
        }
    }

    private void keepLinesClear(Labels labels) {
        limit.ifPresent(bound -> {
            double x = across.position(price.inUnit(bound.most()));
            labels.avoidLine(x, -BUDGET_ABOVE, x, PLOT_HEIGHT);
        });
        for (int i = 0; i < front.size(); i++) {
            double x = across.position(price.of(front.get(i)));
            double y = height(front.get(i).standing());
            boolean last = i == front.size() - 1;
            double end = last ? PLOT_WIDTH : across.position(price.of(front.get(i + 1)));
            labels.avoidLine(x, y, end, y);
            if (!last) {
                labels.avoidLine(end, y, end, height(front.get(i + 1).standing()));
            }
        }
        candidates.stream().filter(each -> each.tunedScore().isPresent()).forEach(each -> {
            double x = across.position(price.of(each));
            labels.avoidLine(x, height(each.score()), x, height(each.standing()));
        });
    }

    private void drawLegend(Markup page) {
        page.open("ul", "class", "legend");
        key(page, "as cut, or fitted, not trained", "point before", false);
        key(page, "fine-tuned", "point tuned", false);
        page.open("li").open("svg", "viewBox", "0 0 18 18", "aria-hidden", "true");
        page.shape("path", "d", "M9 1l8 8l-8 8l-8 -8z", "class", "point dense");
        page.close().text("unpruned").close();
        key(page, "chosen", "point tuned chosen", true);
        page.open("li").open("svg", "viewBox", "0 0 18 18", "aria-hidden", "true");
        page.shape("path", "d", "M0 14H9V5H18", "class", "front");
        page.close().text("Pareto front: nothing considered is both more accurate and of less " + price.word());
        page.close().close();
    }

    private static void key(Markup page, String words, String kind, boolean ringed) {
        page.open("li").open("svg", "viewBox", "0 0 18 18", "aria-hidden", "true");
        if (ringed) {
            page.shape("circle", "cx", "9", "cy", "9", "r", "8", "class", "ring");
        }
        page.shape("circle", "cx", "9", "cy", "9", "r", "5", "class", kind)
                .close()
                .text(words)
                .close();
    }

    private String inWords() {
        StringBuilder words = new StringBuilder();
        words.append(String.format(
                Locale.ROOT, "%d networks, %d of them on the Pareto front.", candidates.size(), front.size()));
        for (Candidate each : front) {
            words.append(' ')
                    .append(each.shownName())
                    .append(": ")
                    .append(Figures.percent(each.standing()))
                    .append(" at ")
                    .append(price.quantity().format(price.quantity().of(each.cost())))
                    .append('.');
        }
        return words.toString();
    }

    /** What is worth less than nothing stands at the bottom; its words say how much less. */
    private double height(double score) {
        return PLOT_HEIGHT - up.position(Math.max(up.from(), 100 * score));
    }

    private static void line(Markup page, double x1, double y1, double x2, double y2, String kind) {
        page.shape(
                "line",
                "x1",
                Markup.number(x1),
                "y1",
                Markup.number(y1),
                "x2",
                Markup.number(x2),
                "y2",
                Markup.number(y2),
                "class",
                kind);
    }

    private static void circle(Markup page, double x, double y, double radius, String kind, String words) {
        page.shapeWithTitle(
                "circle",
                words,
                "cx",
                Markup.number(x),
                "cy",
                Markup.number(y),
                "r",
                Markup.number(radius),
                "class",
                kind);
    }
}
