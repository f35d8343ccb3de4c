package io.espalier.pruning.report;

import java.util.List;

/** Kept channels of every layer as bars on one scale: the outline is the layer as it came, the filling what is left. */
final class WidthBars {
    /** More layers than this stand in two columns. */
    private static final int TALL = 24;

    private WidthBars() {}

    static void draw(Markup page, List<LayerWidth> layers) {
        if (layers.isEmpty()) {
            page.element("p", "No layer is known.", "class", "empty");
            return;
        }
        int widest = layers.stream().mapToInt(LayerWidth::of).max().orElse(1);
        int kept = layers.stream().mapToInt(LayerWidth::kept).sum();
        int of = layers.stream().mapToInt(LayerWidth::of).sum();
        page.element(
                "p",
                (kept == of ? Figures.count(of) : Figures.count(kept) + " of " + Figures.count(of)) + " channels in "
                        + layers.size() + " layers" + (kept == of ? "." : " are kept.") + grouped(layers),
                "class",
                "lead");
        page.open("div", "class", "columns");
        int half = layers.size() > TALL ? (layers.size() + 1) / 2 : layers.size();
        for (int from = 0; from < layers.size(); from += half) {
            table(page, layers.subList(from, Math.min(layers.size(), from + half)), widest);
        }
        page.close();
    }

    private static String grouped(List<LayerWidth> layers) {
        boolean tied = layers.stream().anyMatch(each -> each.group().isPresent());
        return tied ? " Layers with the same letter are tied by a shortcut and keep the same channels." : "";
    }

    private static void table(Markup page, List<LayerWidth> layers, int widest) {
        page.open("table", "class", "widths");
        page.open("thead").open("tr");
        Tables.wordHead(page, "layer");
        page.element("th", "tied", "scope", "col", "class", "mark");
        Tables.wordHead(page, "channels");
        page.element("th", "kept", "scope", "col", "class", "number");
        page.close().close().open("tbody");
        for (LayerWidth each : layers) {
            page.open("tr");
            page.open("th", "scope", "row", "title", each.layer())
                    .text(Markup.clipped(each.layer(), 26))
                    .close();
            page.open("td", "class", "mark");
            each.group().ifPresent(group -> page.element("span", group, "class", "tie"));
            page.close();
            page.open("td", "class", "bar");
            bar(page, each, widest);
            page.close();
            page.open("td", "class", "number").text(each.kept() + " of " + each.of());
            each.denseBecause()
                    .ifPresent(reason -> page.element("span", "kept whole", "class", "whole", "title", reason));
            page.close().closeLine();
        }
        page.close().close();
    }

    private static void bar(Markup page, LayerWidth layer, int widest) {
        page.open("span", "class", "track", "style", "width:" + share(layer.of(), widest));
        page.open(
                        "span",
                        "class",
                        layer.denseBecause().isPresent() ? "fill pinned" : "fill",
                        "style",
                        "width:" + share(layer.kept(), layer.of()))
                .close();
        page.close();
    }

    private static String share(int part, int whole) {
        return Markup.number(100.0 * part / whole) + "%";
    }
}
